/**
 * What a call of a model goes through until it is answered: which models may be asked, in which order and how often
 * (sections 2 to 6 of the failure contract), and what is told of it (section 7).
 *
 * <p>{@link dev.gaia.chat.attempt.AttemptPlan} decides and waits for nothing; {@code routes/chat/chat-provider} asks it
 * for the next step, takes it, and tells it what became of it.
 */
package dev.gaia.chat.attempt;
