package dev.gaia.gateway.health;

/** Where a probe keeps what it found, on the exchange that asked. */
final class ServiceProbe {

    /** Variable: name of the service that is asked. */
    static final String SERVICE = "service";

    /** Variable, after all probes: a JSON object with an entry for each service that answered in time. */
    static final String SERVICES = "services";

    private ServiceProbe() {}
}
