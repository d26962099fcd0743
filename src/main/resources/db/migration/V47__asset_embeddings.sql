-- What the texts of assets mean: vectors of length 1, each with the model that made it. Old vectors were made by chance
-- and are not taken over. The table is the same with and without pgvector, which adds a column and an index.

create table if not exists asset_embeddings (
    asset_id   uuid         not null primary key references assets (id) on delete cascade,
    model      varchar(100) not null,
    embedding  real[]       not null check (array_length(embedding, 1) = 384),
    updated_at timestamp    not null default (clock_timestamp() at time zone 'UTC')
);
create index if not exists idx_asset_embeddings_model_updated on asset_embeddings (model, updated_at, asset_id);

-- How nearness is computed: pgvector, made ready when the database offers it, else memory, by each process. Asked by a
-- process that searches by meaning, since pgvector may be installed later.
create or replace function asset_nearness() returns text language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('asset-nearness', 0));
    if exists (select 1 from pg_attribute
            where attrelid = 'asset_embeddings'::regclass and attname = 'nearness' and not attisdropped) then
        return 'pgvector';
    end if;
    begin
        create extension if not exists vector;
        alter table asset_embeddings add column nearness vector(384)
            generated always as (embedding::vector(384)) stored;
        create index idx_asset_embeddings_nearness on asset_embeddings using hnsw (nearness vector_cosine_ops)
            with (m = 16, ef_construction = 64);
        execute $near$
            create or replace function asset_near_vectors(
                p_model text, p_category text, p_sought text, p_threshold double precision, p_limit integer)
                returns table (id uuid, similarity double precision) language sql stable set hnsw.ef_search = 400 as $body$
                select near.asset_id, 1 - near.distance
                from (
                    select e.asset_id, e.nearness <=> p_sought::vector as distance
                    from asset_embeddings e join assets a on a.id = e.asset_id
                    where e.model = p_model and (p_category = '' or a.category = p_category)
                    order by e.nearness <=> p_sought::vector limit p_limit) near
                where 1 - near.distance >= p_threshold
            $body$
        $near$;
        return 'pgvector';
    exception when others then
        return 'memory';
    end;
end;
$$;
