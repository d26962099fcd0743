package dev.gaia.fake.asset;

import java.util.Map;

/** What a fake storage says. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StorageAnswer(int status, byte[] body, Map<String, String> headers) {}
