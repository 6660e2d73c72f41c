package yamltree

import (
	"regexp"
	"strconv"
	"strings"
)

// plainText is what needs no quotes anywhere in a file, flow lists and mappings included. It is
// narrower than YAML asks for.
var plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./+-]*( [A-Za-z0-9_./+-]+)*$`)

// Quote returns a text as it has to be written so that it is read back as the same text: as it is,
// or in double quotes.
func Quote(text string) string {
	if plainText.MatchString(text) && !reserved(text) {
		return text
	}
	return strconv.Quote(text)
}

// reserved tells whether some YAML reader takes a plain word for something else than a text.
func reserved(text string) bool {
	switch strings.ToLower(text) {
	case "null", "true", "false", "yes", "no", "on", "off":
		return true
	}
	return false
}
