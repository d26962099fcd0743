-- Which tools of declared MCP servers operators know, one row for each way in which a tool has described itself. One
-- without an approved row is not offered; to approve it after reading it:
-- update mcp_tools set approved = true where server = '…' and tool = '…';
create table if not exists mcp_tools (
    server varchar(32) not null,
    fingerprint char(64) not null,
    tool text not null,
    description text not null,
    schema text not null,
    approved boolean not null,
    noticed_at timestamptz not null default now(),
    primary key (server, fingerprint)
);
