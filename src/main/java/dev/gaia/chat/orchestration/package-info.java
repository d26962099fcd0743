/** The orchestrated surface: which way a request takes, and the agents that share a large one (semantics 16). */
package dev.gaia.chat.orchestration;
