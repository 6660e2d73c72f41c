package yamltree

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A path names a place in the tree: keys joined by dots, entries of a list in brackets, as in
// projections[0].weight. A key that would be read wrongly stands in double quotes.

// step is one part of a path: a key, or an index if key is "".
type step struct {
	key   string
	index int
}

var plainKey = regexp.MustCompile(`^[^.\[\]"=\s]+$`)

// Child returns the path of a key under the path of its mapping.
func Child(path, key string) string {
	if !plainKey.MatchString(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item returns the path of an entry under the path of its list.
func Item(path string, index int) string { return fmt.Sprintf("%s[%d]", path, index) }

// splitPath reads a path; rest is what follows it, empty or starting with "=".
func splitPath(text string) (steps []step, rest string, err error) {
	rest = text
	for first := true; first || (rest != "" && rest[0] != '='); first = false {
		var s step
		switch {
		case strings.HasPrefix(rest, "[") && !first:
			s, rest, err = indexStep(rest)
		default:
			if !first {
				var dotted bool
				if rest, dotted = strings.CutPrefix(rest, "."); !dotted {
					return nil, rest, fmt.Errorf("%q does not continue a path; valid: .key or [index]", rest)
				}
			}
			s, rest, err = keyStep(rest)
		}
		if err != nil {
			return nil, rest, err
		}
		steps = append(steps, s)
	}
	return steps, rest, nil
}

func indexStep(text string) (step, string, error) {
	number, rest, closed := strings.Cut(text[1:], "]")
	index, err := strconv.Atoi(number)
	if !closed || err != nil || index < 0 {
		return step{}, text, fmt.Errorf("%q is not an index; valid: a number from 0 in brackets, such as [0]", text)
	}
	return step{index: index}, rest, nil
}

func keyStep(text string) (step, string, error) {
	if strings.HasPrefix(text, `"`) {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return step{}, text, fmt.Errorf("%s: the quotes are not closed; valid: \"key\"", text)
		}
		key, err := strconv.Unquote(quoted)
		if err != nil || key == "" {
			return step{}, text, fmt.Errorf("%s is not a key; valid: a text in double quotes", quoted)
		}
		return step{key: key}, text[len(quoted):], nil
	}
	end := strings.IndexAny(text, ".[=")
	if end < 0 {
		end = len(text)
	}
	if end == 0 {
		return step{}, text, fmt.Errorf("a key is missing in the path; valid: key.key[index]")
	}
	return step{key: text[:end]}, text[end:], nil
}
