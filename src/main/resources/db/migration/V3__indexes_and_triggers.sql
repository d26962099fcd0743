-- Indexes and triggers, made only where no equal one exists under another name.

create function pg_temp.ensure_index(table_name text, index_name text, columns text, names text[]) returns void
language plpgsql as $$
begin
    if to_regclass(index_name) is not null or exists (
        select 1
        from pg_index
        where indrelid = table_name::regclass
          and indpred is null
          and indnkeyatts = cardinality(names)
          and (
              select array_agg(attname::text order by position)
              from unnest(indkey::int2[]) with ordinality as key (number, position)
              join pg_attribute on attrelid = indrelid and attnum = number
          ) = names
    ) then
        return;
    end if;
    execute format('create index %I on %I (%s)', index_name, table_name, columns);
end;
$$;

select pg_temp.ensure_index('api_keys', 'idx_api_keys_user_id', 'user_id', '{user_id}');
select pg_temp.ensure_index('api_keys', 'idx_api_keys_key_hash', 'key_hash', '{key_hash}');
select pg_temp.ensure_index('api_keys', 'idx_api_keys_is_active', 'is_active', '{is_active}');
select pg_temp.ensure_index('personas', 'idx_personas_name', 'name', '{name}');
select pg_temp.ensure_index('personas', 'idx_personas_active', 'is_active', '{is_active}');
select pg_temp.ensure_index('personas', 'idx_personas_created_by', 'created_by', '{created_by}');
select pg_temp.ensure_index(
    'personas', 'idx_personas_active_created_at', 'is_active, created_at desc', '{is_active,created_at}');
select pg_temp.ensure_index(
    'user_persona_preferences', 'idx_user_persona_preferences_persona_id', 'persona_id', '{persona_id}');
select pg_temp.ensure_index('conversations', 'idx_conversations_user_id', 'user_id', '{user_id}');
select pg_temp.ensure_index('conversations', 'idx_conversations_created_at', 'created_at desc', '{created_at}');
select pg_temp.ensure_index('conversations', 'idx_conversations_is_active', 'is_active', '{is_active}');
select pg_temp.ensure_index('chat_messages', 'idx_chat_messages_user_id', 'user_id', '{user_id}');
select pg_temp.ensure_index(
    'chat_messages', 'idx_chat_messages_conversation_id', 'conversation_id', '{conversation_id}');
select pg_temp.ensure_index('chat_messages', 'idx_chat_messages_created_at', 'created_at', '{created_at}');

do $$
declare
    watched text;
begin
    foreach watched in array array ['users', 'api_keys', 'conversations'] loop
        if not exists (
            select 1
            from pg_trigger
            join pg_proc on pg_proc.oid = tgfoid
            where tgrelid = watched::regclass and proname = 'update_updated_at_column'
        ) then
            execute format(
                'create trigger %I before update on %I for each row execute function update_updated_at_column()',
                'update_' || watched || '_updated_at', watched);
        end if;
    end loop;
end;
$$;
