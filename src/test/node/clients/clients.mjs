// The official clients of OpenAI and Anthropic against Gaia, each on models of both. Arguments: address, API key.
// The first thing that is not as it should be ends the program with 1.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";

const [address, key] = process.argv.slice(2);
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: address, apiKey: key, maxRetries: 0 });
const text = "Hello from the fake model, one word at a time.";
const models = ["gpt-6-luna", "claude-haiku-4-5"];
const schema = { type: "object", properties: { city: { type: "string" } } };
const picture = "data:image/png;base64,iVBORw0KGgo=";

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  assert.fail("no error came");
}

for (const model of models) {
  // OpenAI's client
  const asked = {
    model,
    messages: [
      { role: "developer", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Look" }, { type: "image_url", image_url: { url: picture } }] },
    ],
  };
  const whole = await openai.chat.completions.create(asked);
  assert.equal(whole.choices[0].message.content, text);
  assert.equal(whole.choices[0].finish_reason, "stop");
  assert.equal(whole.model, model);
  assert.ok(whole.usage.total_tokens > 0);

  const stream = openai.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
  const gathered = await stream.finalChatCompletion();
  assert.equal(gathered.choices[0].message.content, text);
  assert.ok(gathered.usage.prompt_tokens > 0);

  const tools = [{ type: "function", function: { name: "get_weather", parameters: schema } }];
  for (const streamed of [false, true]) {
    const call = { ...asked, messages: [{ role: "user", content: "fake-two-tool-calls" }], tools, tool_choice: "auto" };
    const answer = streamed
      ? await openai.chat.completions.stream(call).finalChatCompletion()
      : await openai.chat.completions.create(call);
    assert.equal(answer.choices[0].finish_reason, "tool_calls");
    const calls = answer.choices[0].message.tool_calls;
    assert.equal(calls.length, 2);
    calls.forEach((each) => JSON.parse(each.function.arguments));
    const results = calls.map((each) => ({ role: "tool", tool_call_id: each.id, content: "sunny" }));
    const after = await openai.chat.completions.create({
      ...asked,
      tools,
      messages: [...call.messages, answer.choices[0].message, ...results, { role: "user", content: "And?" }],
    });
    assert.equal(after.choices[0].message.content, text);
  }

  // Anthropic's client
  const told = {
    model,
    max_tokens: 100,
    system: "Be brief.",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
        ],
      },
    ],
  };
  const message = await anthropic.messages.create(told);
  assert.equal(message.content[0].text, text);
  assert.equal(message.stop_reason, "end_turn");
  assert.equal(message.model, model);
  assert.ok(message.usage.input_tokens > 0);

  const final = await anthropic.messages.stream(told).finalMessage();
  assert.equal(final.content[0].text, text);
  assert.equal(final.stop_reason, "end_turn");
  assert.ok(final.usage.output_tokens > 0);

  const described = [{ name: "get_weather", input_schema: schema }];
  for (const streamed of [false, true]) {
    const call = { ...told, messages: [{ role: "user", content: "fake-two-tool-calls" }], tools: described };
    const answer = streamed
      ? await anthropic.messages.stream(call).finalMessage()
      : await anthropic.messages.create(call);
    assert.equal(answer.stop_reason, "tool_use");
    const uses = answer.content.filter((block) => block.type === "tool_use");
    assert.equal(uses.length, 2);
    uses.forEach((use) => assert.equal(typeof use.input, "object"));
    const results = uses.map((use) => ({ type: "tool_result", tool_use_id: use.id, content: "sunny" }));
    const after = await anthropic.messages.create({
      ...told,
      tools: described,
      messages: [
        ...call.messages,
        { role: "assistant", content: answer.content },
        { role: "user", content: [...results, { type: "text", text: "And?" }] },
      ],
    });
    assert.equal(after.content[0].text, text);
  }
}

// Lists and counts
const listed = [];
for await (const model of openai.models.list()) listed.push(model.id);
assert.ok(models.every((model) => listed.includes(model)));
const alsoListed = [];
for await (const model of anthropic.models.list()) alsoListed.push(model.id);
assert.deepEqual(alsoListed, listed);
const counted = await anthropic.messages.countTokens({ model: models[1], messages: [{ role: "user", content: "Hello" }] });
assert.ok(counted.input_tokens > 0);

// Failures
const stranger = await failure(() =>
  new OpenAI({ baseURL: `${address}/v1`, apiKey: "nobody", maxRetries: 0 }).models.list());
assert.ok(stranger instanceof OpenAI.AuthenticationError);
assert.equal(stranger.code, "invalid_api_key");
const unknown = await failure(() =>
  new Anthropic({ baseURL: address, apiKey: "nobody", maxRetries: 0 }).messages.create({
    model: models[0],
    max_tokens: 1,
    messages: [{ role: "user", content: "Hello" }],
  }));
assert.ok(unknown instanceof Anthropic.AuthenticationError);
assert.equal(unknown.error.error.type, "authentication_error");
const several = await failure(() =>
  openai.chat.completions.create({ model: models[0], n: 2, messages: [{ role: "user", content: "Hello" }] }));
assert.ok(several instanceof OpenAI.BadRequestError);

console.log("the official clients are content");
