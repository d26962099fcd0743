// An MCP server of the revision 2026-07-28 alone, on the official SDK: node stateless-server.mjs <port> <Authorization>.
// GET /seen tells the headers of every request that came with that Authorization.
import { createServer } from 'node:http';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';

const [port, token] = process.argv.slice(2);
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const handler = toNodeHandler(createMcpHandler(() => {
    const server = new McpServer({ name: 'stateless', version: '1.0.0' });
    server.registerTool('echo', {
        description: 'Says it again',
        inputSchema: fromJsonSchema({
            type: 'object',
            properties: { message: { type: 'string', 'x-mcp-header': 'Message' } },
            required: ['message'],
        }),
        annotations: { readOnlyHint: true },
    }, async ({ message }) => text(`Echo: ${message}`));
    server.registerTool('send', { description: 'Sends' }, async () => text('sent'));
    return server;
}, { legacy: 'reject' }));
const seen = [];
createServer((request, response) => {
    if (request.url === '/seen') {
        response.end(JSON.stringify(seen));
    } else if (request.headers.authorization !== token) {
        response.writeHead(401).end();
    } else {
        seen.push(request.headers);
        handler(request, response);
    }
}).listen(Number(port), '127.0.0.1');
