// The official clients of OpenAI and Anthropic on answers that go wrong on their way (failures 12 and 13). Arguments:
// address, token, the whole text, the arguments of a tool's call, then what is to come of which faults, as outcome=fault,fault…, and what a client is
// told whose model has no fallback, as alone=fault:status:code:status:type, first in OpenAI's form, then in Anthropic's.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";

const [address, token, text, args, ...outcomes] = process.argv.slice(2);
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey: token, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: address, apiKey: null, authToken: token, maxRetries: 0 });
const AT_ONCE = 24;

function request(name, wire) {
  const messages = [{ role: "user", content: `[drill ${name}] Say your forty parts.` }];
  return { model: `drill-${wire}-${name}`, max_tokens: 4000, messages };
}

const readers = {
  "openai-helper": async (asked, options) => {
    const call = { ...asked, stream_options: { include_usage: true } };
    return completion(await openai.chat.completions.stream(call, options).finalChatCompletion());
  },
  "openai-raw": async (asked, options) => {
    const call = { ...asked, stream: true, stream_options: { include_usage: true } };
    const read = { text: "", calls: [], reasons: [], ids: new Set() };
    for await (const chunk of await openai.chat.completions.create(call, options)) {
      const choice = chunk.choices[0];
      read.text += choice?.delta?.content ?? "";
      for (const piece of choice?.delta?.tool_calls ?? []) {
        const call = (read.calls[piece.index] ??= { name: "", arguments: "" });
        call.name += piece.function?.name ?? "";
        call.arguments += piece.function?.arguments ?? "";
      }
      read.resumed = chunk.gateway?.resumed ?? read.resumed;
      if (choice?.finish_reason) read.reasons.push(choice.finish_reason);
      read.ids.add(chunk.id);
      read.usage = chunk.usage ?? read.usage;
    }
    assert.equal(read.ids.size, 1, "the id changed");
    assert.equal(read.reasons.length, 1, "not exactly one ending");
    return { ...read, reason: read.reasons[0], tokens: read.usage.completion_tokens };
  },
  "openai-whole": async (asked, options) => completion(await openai.chat.completions.create(asked, options)),
  "anthropic-helper": async (asked, options) => message(await anthropic.messages.stream(asked, options).finalMessage()),
  "anthropic-raw": async (asked, options) => {
    const read = { text: "", calls: [], reasons: [], starts: 0, stops: 0 };
    for await (const event of await anthropic.messages.create({ ...asked, stream: true }, options)) {
      if (event.type === "message_start") read.starts++;
      if (event.type === "message_stop") read.stops++;
      if (event.type === "content_block_start" && event.content_block.type === "tool_use") {
        read.calls.push({ name: event.content_block.name, arguments: "" });
      }
      if (event.type === "content_block_delta") {
        read.text += event.delta.text ?? "";
        if (event.delta.type === "input_json_delta") read.calls.at(-1).arguments += event.delta.partial_json;
      }
      if (event.type === "message_delta") {
        read.reasons.push(event.delta.stop_reason);
        read.tokens = event.usage.output_tokens;
        assert.ok(event.gateway.attempts > 0, "the ending does not tell of the attempts");
      }
    }
    assert.equal(read.starts, 1, "not exactly one beginning");
    assert.equal(read.stops, 1, "not exactly one end");
    assert.equal(read.reasons.length, 1, "not exactly one reason");
    return { ...read, reason: read.reasons[0] };
  },
  "anthropic-whole": async (asked, options) => message(await anthropic.messages.create(asked, options)),
};

function completion(read) {
  const choice = read.choices[0];
  const calls = (choice.message.tool_calls ?? []).map((call) => call.function);
  return { text: choice.message.content ?? "", calls, reason: choice.finish_reason, tokens: read.usage.completion_tokens };
}

function message(read) {
  assert.equal(read.role, "assistant");
  assert.ok(read.content.length <= 1, "more than one block");
  const calls = read.content
    .filter((block) => block.type === "tool_use")
    .map((block) => ({ name: block.name, arguments: JSON.stringify(block.input) }));
  return { text: read.content[0]?.text ?? "", calls, reason: read.stop_reason, tokens: read.usage.output_tokens };
}

const endings = {
  openai: { stop: "stop", refused: "content_filter", call: "tool_calls" },
  anthropic: { stop: "end_turn", refused: "refusal", call: "tool_use" },
};

const checks = {
  whole: (read, form) => {
    assert.equal(read.text, text);
    assert.equal(read.reason, endings[form].stop);
    assert.ok(read.tokens > 0, "no usage");
  },
  wordless: (read, form) => {
    assert.equal(read.text, "");
    assert.equal(read.reason, endings[form].stop);
  },
  refused: (read, form) => {
    assert.ok(text.startsWith(read.text) && read.text.length > 0, "no beginning of the text");
    assert.equal(read.reason, endings[form].refused);
  },
  call: (read, form) => {
    assert.equal(read.text, "");
    assert.equal(read.reason, endings[form].call);
    assert.equal(read.calls.length, 1, "not exactly one call");
    assert.equal(read.calls[0].name, "weather");
    assert.deepEqual(JSON.parse(read.calls[0].arguments), JSON.parse(args));
  },
  thought: (read, form) => {
    checks.whole(read, form);
    assert.ok(!read.resumed, "nothing was shown that another model could have gone on with");
  },
  interrupted: (error, form) => {
    assert.ok(error instanceof (form === "openai" ? OpenAI : Anthropic).APIError, `${error}`);
    if (form === "openai") assert.equal(error.code, "stream_interrupted");
    else assert.equal(error.error?.error?.type, "api_error");
  },
};

function refused(error, form, [status, code, anthropicStatus, type], fault) {
  assert.ok(error instanceof (form === "openai" ? OpenAI : Anthropic).APIError, `${error}`);
  assert.equal(error.status, Number(form === "openai" ? status : anthropicStatus));
  if (form === "openai") assert.equal(error.code, code);
  else assert.equal(error.error?.error?.type, type);
  if (fault === "limited") assert.ok(error.headers.get("retry-after") > 0, "no hint when to ask again");
  else assert.equal(error.headers.get("x-should-retry"), "false");
}

async function check(outcome, described, wire, reader) {
  const [fault, ...told] = described.split(":");
  const name = `${outcome}-${fault}-${wire}-${reader}`;
  const options = outcome === "interrupted" ? { headers: { "X-Stream-Rescue": "off" } } : {};
  const asked = request(name, wire);
  if (outcome === "alone") asked.enable_fallback = false;
  const read = readers[reader](asked, options);
  try {
    if (outcome === "alone") {
      await assert.rejects(read, (error) => refused(error, reader.split("-")[0], told, fault) ?? true);
    } else if (outcome === "interrupted") {
      await assert.rejects(read, (error) => checks.interrupted(error, reader.split("-")[0]) ?? true);
    } else {
      checks[outcome](await read, reader.split("-")[0]);
    }
    return "";
  } catch (error) {
    return `${name}: ${error}`;
  }
}

const cases = [];
for (const [outcome, faults] of outcomes.map((each) => each.split("="))) {
  for (const fault of faults.split(",")) {
    for (const wire of outcome === "thought" ? ["openai"] : ["openai", "anthropic"]) {
      for (const reader of Object.keys(readers)) {
        // An answer that is wanted whole is not interrupted: another model is asked for all of it.
        const streams = !reader.endsWith("-whole");
        if (streams || !["interrupted", "refused", "call", "thought"].includes(outcome)) cases.push([outcome, fault, wire, reader]);
      }
    }
  }
}
const failed = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = cases.pop(); next; next = cases.pop()) {
      const fault = await check(...next);
      if (fault) failed.push(fault);
    }
  }),
);
assert.deepEqual(failed, []);
console.log("the official clients are content");
