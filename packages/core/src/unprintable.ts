/**
 * What nobody sees, or moves a terminal's cursor, or turns its text around: C0 with ESC, DEL, C1,
 * marks of direction and other format characters, separators of lines and paragraphs, and what
 * Unicode keeps for more of the invisible (fillers, tags, ranges not assigned yet). Variation
 * selectors are left: they belong to the character before them.
 */
export const unprintable = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]--\p{Variation_Selector}]/gv
