import { z } from 'zod';
import { messageSchema, verdictSchema } from '../json-schema.ts';

const QOS1 = { mqtt: { qos: 1, retain: false, bindingVersion: '0.2.0' } };
const QOS0 = { mqtt: { qos: 0, retain: false, bindingVersion: '0.2.0' } };
const RETAINED = { mqtt: { qos: 1, retain: true, bindingVersion: '0.2.0' } };

const terminalId = { $ref: '#/components/parameters/terminalId' };

const ref = (path: string): { $ref: string } => ({ $ref: path });

function channel(address: string, description: string, messages: Record<string, unknown>): Record<string, unknown> {
  return { address, description, parameters: { terminalId }, messages };
}

/** `docs/asyncapi.json` as a plain object: topics and messages of the MQTT door as AsyncAPI 3.0, schemas from the same zod objects the tests hold the decoder to. */
export function asyncapiDocument(): Record<string, unknown> {
  const draft7 = (schema: z.ZodType): unknown => {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
    return rest;
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Plume terminal interface',
      version: '1.0.0',
      description:
        'What a terminal publishes and receives over MQTT 3.1.1. The rules are in docs/terminal-contract.md, the signals in docs/signals.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      mqtt: {
        host: '127.0.0.1:1883',
        protocol: 'mqtt',
        description: 'MQTT',
        security: [ref('#/components/securitySchemes/secret')],
      },
      mqtts: {
        host: '127.0.0.1:8883',
        protocol: 'secure-mqtt',
        description: 'MQTT over TLS',
        security: [ref('#/components/securitySchemes/secret')],
      },
    },
    channels: {
      up: channel(
        'obd/v1/{terminalId}/up',
        'Records of the terminal, QoS 1. Acknowledged when they are stored, or kept as rejected.',
        { frames: ref('#/components/messages/frames'), samples: ref('#/components/messages/samples') },
      ),
      status: channel(
        'obd/v1/{terminalId}/status',
        'Whether the terminal is connected; the only topic with retain and last will.',
        { status: ref('#/components/messages/status') },
      ),
      down: channel(
        'obd/v1/{terminalId}/down',
        'Verdicts on messages that were not stored, or not whole. QoS 0, at most one a second; none is queued.',
        { verdict: ref('#/components/messages/verdict') },
      ),
    },
    operations: {
      publishRecords: {
        action: 'send',
        channel: ref('#/channels/up'),
        summary: 'The terminal publishes records',
        bindings: QOS1,
        messages: [ref('#/channels/up/messages/frames'), ref('#/channels/up/messages/samples')],
      },
      publishStatus: {
        action: 'send',
        channel: ref('#/channels/status'),
        summary: 'The terminal says that it is connected; its will says that it is not',
        bindings: RETAINED,
        messages: [ref('#/channels/status/messages/status')],
      },
      receiveVerdict: {
        action: 'receive',
        channel: ref('#/channels/down'),
        summary: 'The terminal learns what was not stored, and why',
        bindings: QOS0,
        messages: [ref('#/channels/down/messages/verdict')],
      },
    },
    components: {
      parameters: { terminalId: { description: 'Terminal id: user name, client id and part of the topic are the same text' } },
      securitySchemes: {
        secret: {
          type: 'userPassword',
          description: 'User name: terminal id. Password: the secret handed out with the terminal.',
        },
      },
      messages: {
        frames: {
          title: 'Native frames',
          summary: 'One GB 17691-2018 Annex Q / HJ 1239.3-2021 frame, or several back to back',
          contentType: 'application/octet-stream',
          payload: { type: 'string', format: 'binary', description: 'Starts with 23 23; tables in docs/signals.md' },
        },
        samples: {
          title: 'JSON samples',
          contentType: 'application/json',
          payload: ref('#/components/schemas/samples'),
          examples: [
            {
              payload: {
                v: 1,
                seq: 17,
                samples: [{ t: '2023-05-18T14:30:00+08:00', noxDownPpm: 48.2, fuelLevelPct: 71.6, ureaLevelPct: null }],
              },
            },
          ],
        },
        status: { title: 'Status', contentType: 'text/plain', payload: { type: 'string', enum: ['online', 'offline'] } },
        verdict: { title: 'Verdict', contentType: 'application/json', payload: ref('#/components/schemas/verdict') },
      },
      schemas: { samples: draft7(messageSchema), verdict: draft7(verdictSchema) },
    },
  };
}
