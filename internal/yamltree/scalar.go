package yamltree

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name returns a text that names something, see [IsName].
func (c Cursor) Name() (string, bool) {
	if c.node.Kind != Scalar || !IsName(c.node.Text) {
		c.reject("a name", "a text on one line without blanks at its ends")
		return "", false
	}
	return c.node.Text, true
}

// Word returns one of a few words; noun says what they are: "rule".
func (c Cursor) Word(noun string, valid ...string) (string, bool) {
	if c.node.Kind == Scalar && slices.Contains(valid, c.node.Text) {
		return c.node.Text, true
	}
	list := strings.Join(valid, ", ")
	if c.node.Kind == Scalar {
		c.Errorf("unknown %s %s%s; valid: %s", noun, c.Describe(), Suggest(c.node.Text, valid), list)
	} else {
		c.reject("the name of a "+noun, list)
	}
	return "", false
}

// Bool returns a switch.
func (c Cursor) Bool() (value, ok bool) {
	if c.node.Kind == Scalar && c.node.Plain {
		switch c.node.Text {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	c.reject("a switch", "true or false")
	return false, false
}

// Integer returns a whole number from lo to hi. Digits may be grouped (10_000), and a number with an
// exponent (1e4) will do if it is whole.
func (c Cursor) Integer(lo, hi int64) (int64, bool) {
	valid := fmt.Sprintf("a whole number from %d to %d", lo, hi)
	if c.node.Kind == Scalar && c.node.Plain {
		switch x, err := ParseInteger(c.node.Text); {
		case err == nil && x >= lo && x <= hi:
			return x, true
		case err == nil || err == strconv.ErrRange:
			c.Errorf("%s is out of range; valid: %s", c.node.Text, valid)
			return 0, false
		}
	}
	c.reject("a whole number", valid)
	return 0, false
}

// Unsigned returns a whole number of up to 64 bits.
func (c Cursor) Unsigned() (uint64, bool) {
	if c.node.Kind == Scalar && c.node.Plain {
		if digits, ok := ungroup(c.node.Text); ok {
			if x, err := strconv.ParseUint(digits, 10, 64); err == nil {
				return x, true
			}
		}
	}
	c.reject("a whole number", "a whole number from 0 to 18446744073709551615")
	return 0, false
}

// ParseInteger reads a whole number as Integer does; the error is strconv.ErrSyntax or ErrRange.
func ParseInteger(text string) (int64, error) {
	digits, ok := ungroup(text)
	if !ok {
		return 0, strconv.ErrSyntax
	}
	if x, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return x, nil
	}
	x, err := strconv.ParseFloat(digits, 64)
	if !decimal(digits) || errors.Is(err, strconv.ErrSyntax) || x != math.Trunc(x) {
		return 0, strconv.ErrSyntax
	}
	if err != nil || math.Abs(x) > 1<<53 {
		return 0, strconv.ErrRange
	}
	return int64(x), nil
}

// ParseNumber reads a finite decimal number; exponent is added to its power of ten before rounding,
// so that 0.1 with exponent -3 is exactly the number nearest to 0.0001.
func ParseNumber(text string, exponent int) (float64, error) {
	digits, ok := ungroup(text)
	if !ok || !decimal(digits) {
		return 0, strconv.ErrSyntax
	}
	if exponent != 0 {
		mantissa, own, found := strings.Cut(strings.ToLower(digits), "e")
		if found {
			power, err := strconv.Atoi(own)
			if err != nil {
				return 0, strconv.ErrSyntax
			}
			exponent += power
		}
		digits = mantissa + "e" + strconv.Itoa(exponent)
	}
	return strconv.ParseFloat(digits, 64)
}

// decimal tells whether a text consists of what decimal numbers consist of: strconv also reads
// hexadecimal numbers, infinities and NaN.
func decimal(text string) bool {
	return text != "" && strings.Trim(text, "+-.0123456789eE") == "" && strings.ContainsAny(text, "0123456789")
}

// ungroup removes underscores between digits.
func ungroup(text string) (string, bool) {
	if !strings.Contains(text, "_") {
		return text, true
	}
	for i := range text {
		if text[i] == '_' && (i == 0 || i == len(text)-1 || !digit(text[i-1]) || !digit(text[i+1])) {
			return "", false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// IsName tells whether a text can name something: it is valid, not empty, has no control characters
// and no blanks at its ends.
func IsName(text string) bool {
	return text != "" && utf8.ValidString(text) && strings.TrimSpace(text) == text && !strings.ContainsFunc(text, unicode.IsControl)
}
