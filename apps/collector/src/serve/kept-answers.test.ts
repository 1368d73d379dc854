import { describe, expect, it } from 'vitest';
import { createKeptAnswers } from './kept-answers.js';

/** A store that answers when told, on a clock of its own. */
function slowStore() {
  let at = 1_000_000;
  let asked = 0;
  const waiting: { answer(): void; fail(error: Error): void }[] = [];
  const answers = createKeptAnswers<string>(2, () => at);
  const question = () =>
    new Promise<string>((resolve, reject) => {
      asked++;
      waiting.push({ answer: () => resolve(`answer ${asked}`), fail: reject });
    });
  return {
    ask: (key = 'now-24h') => answers(key, question),
    async answer(took: number) {
      at += took;
      waiting.shift()!.answer();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async fail() {
      waiting.shift()!.fail(new Error('down'));
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass: (ms: number) => {
      at += ms;
    },
    asked: () => asked,
  };
}

describe('answers that are kept', () => {
  it('are asked for once by all that wait for the same thing', async () => {
    const store = slowStore();
    const both = Promise.all([store.ask(), store.ask()]);
    await store.answer(500);
    expect(await both).toEqual(['answer 1', 'answer 1']);
    expect(store.asked()).toBe(1);
  });

  it('are given out again for a while when they took long, and renewed behind it', async () => {
    const store = slowStore();
    const first = store.ask();
    await store.answer(500);
    await first;
    store.pass(900);
    expect(await store.ask()).toBe('answer 1');
    expect(store.asked()).toBe(1);
    store.pass(1_000);
    expect(await store.ask()).toBe('answer 1');
    expect(store.asked()).toBe(2);
    await store.answer(500);
    expect(await store.ask()).toBe('answer 2');
  });

  it('are waited for when what is kept is too old, whatever they took', async () => {
    const store = slowStore();
    const first = store.ask();
    await store.answer(5_000);
    await first;
    store.pass(15_001);
    const next = store.ask();
    await store.answer(500);
    expect(await next).toBe('answer 2');
  });

  it('are always asked for when they come quickly', async () => {
    const store = slowStore();
    for (const expected of ['answer 1', 'answer 2']) {
      const answer = store.ask();
      await store.answer(20);
      expect(await answer).toBe(expected);
    }
  });

  it('are those that were asked for last, so many and no more', async () => {
    const store = slowStore();
    for (const key of ['a', 'b', 'c']) {
      const answer = store.ask(key);
      await store.answer(500);
      await answer;
    }
    void store.ask('c');
    expect(store.asked()).toBe(3);
    void store.ask('a');
    expect(store.asked()).toBe(4);
  });

  it('keep keys apart, and let a failure through to whoever waits', async () => {
    const store = slowStore();
    const day = store.ask('now-24h');
    await store.answer(500);
    await day;
    const week = store.ask('now-7d');
    const failed = expect(week).rejects.toThrow('down');
    await store.fail();
    await failed;
    expect(await store.ask('now-24h')).toBe('answer 1');
  });
});
