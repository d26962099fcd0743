// The official clients of OpenAI and Anthropic while every stream breaks. Arguments: address, API key.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";

const [address, apiKey] = process.argv.slice(2);
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: address, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello" }];

const cut = await openai.chat.completions.stream({ model: "gpt-6-luna", messages }).finalChatCompletion().catch((e) => e);
assert.ok(cut instanceof OpenAI.APIError, `${cut}`);
assert.equal(cut.code, "stream_interrupted");

const alsoCut = await anthropic.messages
  .stream({ model: "gpt-6-luna", max_tokens: 10, messages })
  .finalMessage()
  .catch((e) => e);
assert.ok(alsoCut instanceof Anthropic.APIError, `${alsoCut}`);

console.log("the official clients are content");
