-- What generating costs, as read in November 2026. Operators change rows: they end one (valid_to) and add another.

insert into api_providers (provider_key, provider_name, pricing_model, capabilities) values
    ('dalle', 'OpenAI', 'tier_based', '{image_generation,tier_management}'),
    ('meshy', 'Meshy AI', 'credit_based', '{3d_generation,texture_generation}'),
    ('stability', 'Stability AI', 'per_image', '{image_generation,quality_tiers}'),
    ('openai_gpt', 'OpenAI GPT', 'token_based', '{text_completion,chat}'),
    ('claude', 'Anthropic', 'token_based', '{text_completion,chat}'),
    ('midjourney', 'Midjourney', 'per_image', '{texture_generation}'),
    ('mubert', 'Mubert', 'compute_time', '{audio_generation}'),
    ('elevenlabs', 'ElevenLabs', 'per_image', '{audio_generation}'),
    ('animation', 'Animation', 'per_image', '{animation_generation}')
on conflict do nothing;

insert into api_pricing_tiers (provider_id, tier_name, asset_category, size_class, base_cost, cost_unit, attributes)
select id, tier_name, category, size_class, cost, unit, attributes::jsonb
from api_providers
join (values
    ('dalle', 'standard', 'image,texture', 'square', 0.04, 'per_image', '{}'),
    ('dalle', 'hd', 'image,texture', 'square', 0.08, 'per_image', '{}'),
    ('dalle', 'standard', 'image,texture', 'wide', 0.08, 'per_image', '{}'),
    ('dalle', 'hd', 'image,texture', 'wide', 0.12, 'per_image', '{}'),
    ('dalle', 'standard', 'image,texture', '*', 0.05, 'per_modification', '{}'),
    ('stability', 'standard', 'image,texture', '*', 0.018, 'per_image', '{}'),
    ('stability', 'hd', 'image,texture', '*', 0.025, 'per_image', '{}'),
    ('stability', 'standard', 'image,texture', '*', 0.05, 'per_modification', '{}'),
    ('meshy', 'standard', 'environment,character,prop', '*', 0.02, 'per_credit', '{"credits": 5}'),
    ('meshy', 'hd', 'environment,character,prop', '*', 0.02, 'per_credit', '{"credits": 15}'),
    ('meshy', 'standard', 'environment,character,prop', '*', 0.05, 'per_modification', '{}'),
    ('midjourney', 'standard', 'texture', '*', 0.30, 'per_image', '{}'),
    ('midjourney', 'hd', 'texture', '*', 0.30, 'per_image', '{}'),
    ('mubert', 'standard', 'audio', '*', 0.005, 'per_second', '{}'),
    ('mubert', 'hd', 'audio', '*', 0.008, 'per_second', '{}'),
    ('mubert', 'soundtrack', 'audio', '*', 0.016, 'per_second', '{}'),
    ('elevenlabs', 'standard', 'audio', '*', 0.10, 'per_image', '{}'),
    ('elevenlabs', 'hd', 'audio', '*', 0.15, 'per_image', '{}'),
    ('animation', 'standard', 'animation', '*', 0.35, 'per_image', '{}'),
    ('animation', 'hd', 'animation', '*', 0.35, 'per_image', '{}')
) as price (provider, tier_name, categories, size_class, cost, unit, attributes)
    on price.provider = provider_key
cross join unnest(string_to_array(categories, ',')) as category
on conflict do nothing;

-- The price of one unit at a provider; null for one that has none. The row that says most about the request wins.
create or replace function asset_unit_price(provider text, tier text, category text, size text)
    returns numeric language sql stable as $$
    select base_cost * coalesce((attributes ->> 'credits')::numeric, 1)
    from api_pricing_tiers
    join api_providers on api_providers.id = provider_id
    where (provider_key = provider or lower(provider_name) = lower(provider))
      and tier_name = tier and cost_unit <> 'per_modification' and valid_to is null
      and asset_category in (category, '*') and size_class in (size, '*')
    order by asset_category = '*', size_class = '*'
    limit 1
$$;
