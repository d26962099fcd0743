/** What keeps browsers from loading what a model was talked into showing: attack T20 (exfiltration by images). */
package dev.gaia.chat.guard;
