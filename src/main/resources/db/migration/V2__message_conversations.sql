-- Databases from before conversations were stored hold messages of conversations that have no row. They get placeholder
-- rows first, each owned by the writer of its oldest message, so that the key can be added without losing a message.
-- Messages without any conversation, or of writers that no longer exist, stay as they are; the key is then added for
-- new rows only.

insert into conversations (id, user_id, title, created_at, updated_at)
select distinct on (message.conversation_id)
       message.conversation_id,
       message.user_id,
       'Restored Conversation',
       min(message.created_at) over (partition by message.conversation_id),
       max(message.created_at) over (partition by message.conversation_id)
from chat_messages message
join users writer on writer.id = message.user_id
where message.conversation_id is not null
  and not exists (select 1 from conversations known where known.id = message.conversation_id)
order by message.conversation_id, message.created_at, message.id
on conflict do nothing;

do $$
begin
    if exists (
        select 1
        from pg_constraint
        join pg_attribute on attrelid = conrelid and attnum = any (conkey)
        where conrelid = 'chat_messages'::regclass and contype = 'f' and attname = 'conversation_id'
    ) then
        return;
    end if;
    alter table chat_messages
        add constraint fk_chat_messages_conversation_id
        foreign key (conversation_id) references conversations (id) on delete cascade not valid;
    if not exists (
        select 1 from chat_messages message
        where message.conversation_id is not null
          and not exists (select 1 from conversations known where known.id = message.conversation_id)
    ) then
        alter table chat_messages validate constraint fk_chat_messages_conversation_id;
    end if;
end;
$$;
