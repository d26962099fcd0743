package dev.gaia.asset.provider;

import java.util.List;
import java.util.Map;

/**
 * The table {@code mappings/asset/providers.yaml}.
 *
 * @param chains names of providers by category, in the order in which they are asked
 * @param adapters names of those that can adapt a stored asset, likewise
 * @param baseFormats forms of file they take, by category
 * @param standIns for whom the simulated provider stands, by category
 */
public record ProviderTable(
        List<Entry> providers,
        Map<String, List<String>> chains,
        Map<String, List<String>> adapters,
        Map<String, List<String>> baseFormats,
        Map<String, String> standIns) {

    /**
     * One provider.
     *
     * @param name in settings and routes
     * @param title as people know it
     * @param service as rows and answers name it
     * @param source its name in {@code asset_sources}
     * @param price its key in the price table
     */
    public record Entry(String name, String title, String service, String source, String price) {}

    public ProviderTable {
        providers = List.copyOf(providers);
        chains = Map.copyOf(chains);
        adapters = Map.copyOf(adapters);
        baseFormats = Map.copyOf(baseFormats);
        standIns = Map.copyOf(standIns);
    }

    /** The provider of that name, which is in the table. */
    public Entry named(String name) {
        return providers.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("mappings/asset/providers.yaml has no provider " + name));
    }
}
