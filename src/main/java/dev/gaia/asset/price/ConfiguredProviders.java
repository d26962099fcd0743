package dev.gaia.asset.price;

import java.util.Map;

/** Which priced providers have a key, by the short keys of the price operations. */
@FunctionalInterface
interface ConfiguredProviders {

    Map<String, Boolean> byKey();
}
