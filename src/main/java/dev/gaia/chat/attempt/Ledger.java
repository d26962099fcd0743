package dev.gaia.chat.attempt;

/** Takes note of attempts; never waits and never fails. */
interface Ledger {

    void add(AttemptRow row);
}
