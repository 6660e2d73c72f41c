package yamltree

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Limits bounds what a file may cost. A zero field means its default.
type Limits struct {
	Bytes int // size of the text; default 64 MiB
	Depth int // nesting of lists and mappings; default 100
	Nodes int // values and keys, aliases counted wherever they are used; default 4 Mi
}

const (
	defaultBytes = 64 << 20
	defaultDepth = 100
	defaultNodes = 4 << 20
)

func (l Limits) withDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = defaultBytes
	}
	if l.Depth == 0 {
		l.Depth = defaultDepth
	}
	if l.Nodes == 0 {
		l.Nodes = defaultNodes
	}
	return l
}

// place is a fault at a position, before a tree exists to report it.
type place struct {
	line, column int
	message      string
}

// scan checks what the YAML library cannot: that the text is of sensible size and consists of
// characters that YAML allows, and that it cannot become more nodes than the limit. Every node but
// the first follows one of the marks counted here, and a mark begins at most three nodes.
func scan(data []byte, l Limits) *place {
	if len(data) > l.Bytes {
		return &place{1, 1, fmt.Sprintf("the file is too large; valid: at most %d bytes", l.Bytes)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	line, column, marks := 1, 1, 0
	for i := 0; i < len(data); {
		c, width := rune(data[i]), 1
		if c >= utf8.RuneSelf {
			c, width = utf8.DecodeRune(data[i:])
		}
		if c == utf8.RuneError && width == 1 {
			return &place{line, column, "the file is not UTF-8 text; valid: UTF-8 without other encodings"}
		}
		if !allowed(c) {
			return &place{line, column, fmt.Sprintf("character %U is not allowed in YAML; valid: printable characters, or an escape in double quotes", c)}
		}
		if isMark(c, data[i+width:]) {
			marks++
		}
		i += width
		column++
		if isBreak(c) && !(c == '\r' && i < len(data) && data[i] == '\n') {
			line, column = line+1, 1
		}
	}
	if marks > l.Nodes {
		return &place{1, 1, tooManyNodes(l)}
	}
	return nil
}

func tooManyNodes(l Limits) string {
	return fmt.Sprintf("the file holds too many values; valid: at most %d, aliases counted wherever they are used", l.Nodes)
}

// allowed tells whether YAML 1.2 (section 5.1) lets a character stand in a text.
func allowed(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r', c == 0x85:
		return true
	case c < 0x20, c >= 0x7f && c < 0xa0, c >= 0xd800 && c < 0xe000, c == 0xfeff, c == 0xfffe, c == 0xffff:
		return false
	}
	return true
}

func isBreak(c rune) bool {
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029
}

// isMark tells whether a node may begin behind character c.
func isMark(c rune, rest []byte) bool {
	switch c {
	case ',', '[', '{', ':':
		return true
	case '-', '?':
		return len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || isBreak(rune(rest[0]))
	}
	return isBreak(c)
}
