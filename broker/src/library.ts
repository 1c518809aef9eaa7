import type { Client } from 'aedes';

/** The types of the MQTT library that the rest of the broker speaks of; only this file and `start-broker.ts` name the library. */
export type AedesClient = Client;
export type { AuthenticateError, ConnectPacket, PublishPacket, Subscription } from 'aedes';
