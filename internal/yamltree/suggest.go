package yamltree

import (
	"fmt"
	"strings"
)

// Suggest returns ` (did you mean "size"?)` with the valid word that looks most like the given one,
// or "" if none looks like it.
func Suggest(word string, valid []string) string {
	if len(word) > longest {
		return ""
	}
	best, least := "", len([]rune(word))/3+2
	for _, v := range valid {
		if d := distance(strings.ToLower(word), strings.ToLower(v)); d < least {
			best, least = v, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b
// (restricted Damerau-Levenshtein distance).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	older, old, now := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(s); i++ {
		now[0] = i
		for j := 1; j <= len(t); j++ {
			replace := old[j-1]
			if s[i-1] != t[j-1] {
				replace++
			}
			now[j] = min(old[j]+1, now[j-1]+1, replace)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				now[j] = min(now[j], older[j-2]+1)
			}
		}
		older, old, now = old, now, older
	}
	return old[len(t)]
}
