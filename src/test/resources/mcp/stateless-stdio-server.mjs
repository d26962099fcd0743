// An MCP server of the revision 2026-07-28 alone, on the official SDK, over standard input and output:
// node stateless-stdio-server.mjs. The tool add brings another one, die ends it.
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

console.log('a line that is no message');
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const reads = { annotations: { readOnlyHint: true } };
serveStdio(() => {
    const server = new McpServer({ name: 'stateless', version: '1.0.0' });
    server.registerTool('echo', {
        description: 'Says it again',
        inputSchema: fromJsonSchema({
            type: 'object', properties: { message: { type: 'string' } }, required: ['message'],
        }),
        ...reads,
    }, async ({ message }) => text(`Echo: ${message}`));
    server.registerTool('add', { description: 'Brings another', ...reads }, async () => {
        server.registerTool('more', { description: 'New', ...reads }, async () => text('more'));
        return text('added');
    });
    server.registerTool('die', { description: 'Ends', ...reads }, async () => process.exit(1));
    return server;
}, { legacy: 'reject' });
