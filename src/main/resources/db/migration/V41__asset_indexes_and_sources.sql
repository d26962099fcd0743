-- Indexes, the text to search in, and the places assets come from.

-- Earlier seeds were planted anew by every run: of rows with one name the oldest stays, and stays active if any was.
update asset_sources kept set is_active = true
where coalesce(kept.is_active, false) = false
  and exists (
      select 1 from asset_sources other
      where lower(other.source_name) = lower(kept.source_name) and other.is_active);
update assets set source_id = kept.id
from asset_sources old, (
    select lower(source_name) as name, min(id) as id from asset_sources group by lower(source_name)) kept
where assets.source_id = old.id and lower(old.source_name) = kept.name and old.id <> kept.id;
delete from asset_sources old using asset_sources kept
where lower(kept.source_name) = lower(old.source_name) and kept.id < old.id;
create unique index if not exists uq_asset_sources_name on asset_sources (source_name);

insert into asset_sources
    (source_type, source_name, api_endpoint, is_active, rate_limit_per_minute, requires_attribution)
values
    ('open_source', 'poly_haven', 'https://api.polyhaven.com', true, 60, true),
    ('open_source', 'freesound', 'https://freesound.org/apiv2', true, 60, true),
    ('open_source', 'opengameart', 'https://opengameart.org', false, 30, true),
    ('community', 'community_uploads', null, true, null, false),
    ('generated', 'meshy_ai', 'https://api.meshy.ai/openapi', true, 10, false),
    ('generated', 'midjourney', null, true, 5, false),
    ('generated', 'mubert', 'https://music-api.mubert.com/api/v3', true, 20, false),
    ('generated', 'openai', 'https://api.openai.com', true, 50, false),
    ('generated', 'stability', 'https://api.stability.ai', true, 50, false),
    ('generated', 'simulated', null, false, null, false)
on conflict (source_name) do nothing;
update asset_sources set api_endpoint = 'https://api.meshy.ai/openapi'
where source_name = 'meshy_ai' and api_endpoint = 'https://api.meshy.ai';
update asset_sources set api_endpoint = 'https://music-api.mubert.com/api/v3'
where source_name = 'mubert' and api_endpoint = 'https://api.mubert.com';

-- Array functions count as changeable for PostgreSQL, since elements of other types could be; of texts they are not.
create or replace function asset_tags_text(tags text[]) returns text language sql immutable parallel safe as $$
    select coalesce(array_to_string(tags, ' '), '')
$$;
alter table assets add column if not exists search_vector tsvector generated always as (
    setweight(to_tsvector('english', coalesce(title, '')), 'A')
    || setweight(to_tsvector('english', asset_tags_text(style_tags)), 'B')
    || setweight(to_tsvector('english', coalesce(description, '')), 'C')) stored;

-- Similar spellings are found with an extension that a hosted database may refuse; without it nothing is similar.
do $$
begin
    create extension if not exists pg_trgm;
exception when others then
    raise notice 'pg_trgm is not available; titles are searched by their words only';
end;
$$;
do $$
begin
    if exists (select 1 from pg_extension where extname = 'pg_trgm') then
        create index if not exists idx_assets_title_trgm on assets using gin (title gin_trgm_ops);
        create or replace function asset_similar_titles(wanted text)
            returns table (id uuid, likeness double precision) language sql stable as
            'select a.id, similarity(a.title, wanted)::double precision from assets a where a.title % wanted';
    else
        create or replace function asset_similar_titles(wanted text)
            returns table (id uuid, likeness double precision) language sql stable as
            'select null::uuid, null::double precision where false';
    end if;
end;
$$;

create function pg_temp.ensure_asset_index(table_name text, index_name text, definition text, names text[]) returns void
language plpgsql as $$
begin
    if to_regclass(index_name) is not null or exists (
        select 1
        from pg_index
        join pg_class on pg_class.oid = indexrelid
        join pg_am on pg_am.oid = relam
        where indrelid = table_name::regclass
          and indpred is null
          and amname = case when definition like 'using gin%' then 'gin' else 'btree' end
          and indnkeyatts = cardinality(names)
          and (
              select array_agg(attname::text order by position)
              from unnest(indkey::int2[]) with ordinality as key (number, position)
              join pg_attribute on attrelid = indrelid and attnum = number
          ) = names
    ) then
        return;
    end if;
    execute format('create index %I on %I %s', index_name, table_name, definition);
end;
$$;

select pg_temp.ensure_asset_index('assets', 'idx_assets_category', '(category)', '{category}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_style_tags', 'using gin (style_tags)', '{style_tags}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_search', 'using gin (search_vector)', '{search_vector}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_quality', '(quality_score desc)', '{quality_score}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_storage_type', '(storage_type)', '{storage_type}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_license', '(license_type)', '{license_type}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_created_at', '(created_at desc)', '{created_at}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_download_count', '(download_count desc)', '{download_count}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_source_id', '(source_id)', '{source_id}');
select pg_temp.ensure_asset_index('assets', 'idx_assets_storage_path', '(storage_path)', '{storage_path}');
select pg_temp.ensure_asset_index(
    'assets', 'idx_assets_category_quality', '(category, quality_score desc)', '{category,quality_score}');
select pg_temp.ensure_asset_index(
    'assets', 'idx_assets_category_created', '(category, created_at desc)', '{category,created_at}');
select pg_temp.ensure_asset_index('asset_generations', 'idx_asset_generations_asset_id', '(asset_id)', '{asset_id}');
select pg_temp.ensure_asset_index('asset_generations', 'idx_asset_generations_session_id', '(session_id)', '{session_id}');
select pg_temp.ensure_asset_index(
    'asset_modifications', 'idx_asset_modifications_base_asset_id', '(base_asset_id)', '{base_asset_id}');
select pg_temp.ensure_asset_index(
    'asset_modifications', 'idx_asset_modifications_modified_asset_id', '(modified_asset_id)', '{modified_asset_id}');
select pg_temp.ensure_asset_index('asset_usage', 'idx_asset_usage_asset_id', '(asset_id)', '{asset_id}');
select pg_temp.ensure_asset_index('asset_usage', 'idx_asset_usage_user_id', '(user_id)', '{user_id}');
select pg_temp.ensure_asset_index('asset_usage', 'idx_asset_usage_created_at', '(created_at)', '{created_at}');

create unique index if not exists uq_asset_generations_generation on asset_generations (generation_id);
create unique index if not exists uq_assets_external on assets (source_id, external_id) where external_id is not null;
-- Uploads alone have both: whoever sends the same file again gets what is there.
create unique index if not exists uq_assets_upload on assets (created_by, sha256)
    where deleted_at is null and sha256 is not null and storage_type = 'supabase' and storage_path like 'community/%';

do $$
declare
    watched text;
begin
    foreach watched in array array ['assets', 'asset_sources'] loop
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
