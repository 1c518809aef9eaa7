import { words } from '../index.ts';

/** A secret that is told once. */
export const w = words(
  {
    once: '密钥只显示这一次，请现在写入终端。',
    previous: '旧密钥到 {time} 仍然有效。',
    terminal: '终端',
    secret: '密钥',
    topic: '上行主题',
    tryLine: '没有终端在手边时，用这一行试发一条 (QoS 1，发动机数据三项)：',
    noPort: 'MQTT 端口未知：系统页没有读到。',
  },
  {
    once: 'The secret is shown this once; write it into the terminal now.',
    previous: 'The old secret works until {time}.',
    terminal: 'Terminal',
    secret: 'Secret',
    topic: 'Topic up',
    tryLine: 'With no terminal at hand, send one message with this line (QoS 1, three engine values):',
    noPort: 'The MQTT port is not known: the System page could not be read.',
  },
);
