-- Which assets a process is about to give a vector, so that no other one pays for the same; over by itself when it dies.

create table if not exists asset_embedding_claims (
    asset_id      uuid      primary key references assets (id) on delete cascade,
    claim         uuid      not null,
    claimed_until timestamp not null
);

-- Claims assets without a vector of the model, the newest first. One process at a time, and with a look of its own behind
-- the lock, so that it sees either the claim of another process or the vector that ended it.
create or replace function asset_embedding_claim(p_model text, p_most integer, p_claim uuid, p_lease interval)
    returns table (id uuid, words text)
    language plpgsql as $$
declare
    moment timestamp;
begin
    perform pg_advisory_xact_lock(hashtextextended('asset-embedding', 0));
    moment := clock_timestamp() at time zone 'UTC';
    return query
    with missing as (
        select a.id, left(concat_ws(E'\n', a.title, a.description, array_to_string(a.style_tags, ' '), a.category),
            4000) as words
        from assets a
        left join asset_embeddings e on e.asset_id = a.id and e.model = p_model
        left join asset_embedding_claims c on c.asset_id = a.id and c.claimed_until > moment
        where e.asset_id is null and c.asset_id is null and a.deleted_at is null
        order by a.created_at desc, a.id
        limit p_most),
    claimed as (
        insert into asset_embedding_claims (asset_id, claim, claimed_until)
        select missing.id, p_claim, moment + p_lease from missing
        on conflict (asset_id) do update set claim = excluded.claim, claimed_until = excluded.claimed_until
        returning asset_id)
    select missing.id, missing.words from missing join claimed on claimed.asset_id = missing.id;
end;
$$;
