// Asks a server by the client that OpenAI publishes, and prints what it got as one JSON object.
import OpenAI from 'openai';

const [baseURL, apiKey, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const sampling = { model, temperature: 1.2, seed: 5, max_tokens: 40 };
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hi' }];
const found = {};

found.models = (await client.models.list()).data.map(one => one.id);
found.model = (await client.models.retrieve(model)).id;
found.completion = await client.completions.create({ ...sampling, prompt: 'The cat', logprobs: 1 });
found.chat = await client.chat.completions.create({ ...sampling, messages, n: 2 });

found.streamed = '';
for await (const chunk of await client.completions.create({ ...sampling, prompt: 'The cat', stream: true })) {
  found.streamed += chunk.choices[0].text;
}

const runner = client.chat.completions.stream({ ...sampling, messages, stream_options: { include_usage: true } });
found.chatStreamed = await runner.finalContent();
found.chatUsage = await runner.totalUsage();

const stop = found.completion.choices[0].text.slice(6, 9);
found.stop = stop;
found.stopped = await client.completions.create({ ...sampling, prompt: 'The cat', stop: [stop] });

const errorOf = async request => {
  try {
    await request();
    return null;
  } catch (e) {
    return { kind: e.constructor.name, status: e.status, code: e.code, param: e.param, message: e.message };
  }
};
found.unknownModel = await errorOf(() => client.completions.create({ ...sampling, model: 'other', prompt: 'a' }));
found.tools = await errorOf(() => client.chat.completions.create({ ...sampling, messages, tools: [{ type: 'function', function: { name: 'f' } }] }));
found.wrongKey = await errorOf(() => new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list());

const endless = await client.completions.create({ model, prompt: 'The cat', temperature: 0, max_tokens: 15000, stream: true });
let chunks = 0;
for await (const chunk of endless) {
  if (++chunks === 5) {
    endless.controller.abort();
    break;
  }
}

console.log(JSON.stringify(found));
