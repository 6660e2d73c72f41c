package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxHeader bounds the header of an array; NumPy itself refuses longer ones.
const maxHeader = 10000

// readHeader reads the header of a .npy file up to the first byte of its data.
func readHeader(r io.Reader) (descr string, shape []int, err error) {
	var start [len(magic) + 2]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return "", nil, fmt.Errorf("header: %w", noEOF(err))
	}
	if string(start[:len(magic)]) != magic {
		return "", nil, errors.New("does not begin with the magic string of NumPy")
	}
	length := make([]byte, 2)
	switch major := start[len(magic)]; major {
	case 1:
	case 2, 3:
		length = make([]byte, 4)
	default:
		return "", nil, fmt.Errorf("header: version %d must be 1, 2 or 3", major)
	}
	if _, err := io.ReadFull(r, length); err != nil {
		return "", nil, fmt.Errorf("header: %w", noEOF(err))
	}
	n := uint32(binary.LittleEndian.Uint16(length))
	if len(length) == 4 {
		n = binary.LittleEndian.Uint32(length)
	}
	if n > maxHeader {
		return "", nil, fmt.Errorf("header: %d bytes must be at most %d", n, maxHeader)
	}
	dict := make([]byte, n)
	if _, err := io.ReadFull(r, dict); err != nil {
		return "", nil, fmt.Errorf("header: %w", noEOF(err))
	}
	return parseHeader(string(dict))
}

// parseHeader reads {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, in any order of keys.
func parseHeader(dict string) (descr string, shape []int, err error) {
	s := scanner{strings.TrimRight(dict, " \n")}
	if !s.take("{") {
		return "", nil, errors.New("header: must be a dictionary")
	}
	seen := make(map[string]bool)
	for !s.take("}") {
		key, ok := s.text()
		if !ok || !s.take(":") || seen[key] {
			return "", nil, fmt.Errorf("header: bad key near %.20q", s.rest)
		}
		seen[key] = true
		switch key {
		case "descr":
			descr, ok = s.text()
		case "fortran_order":
			if ok = s.take("False"); !ok && s.take("True") {
				return "", nil, errors.New("is in Fortran order; only C order is read")
			}
		case "shape":
			shape, ok = s.tuple()
		default:
			return "", nil, fmt.Errorf("header: unknown key %q", key)
		}
		if !ok {
			return "", nil, fmt.Errorf("header: bad value of %s near %.20q", key, s.rest)
		}
		if !s.take(",") && !strings.HasPrefix(s.rest, "}") {
			return "", nil, fmt.Errorf("header: a comma or brace is missing near %.20q", s.rest)
		}
	}
	if s.rest != "" {
		return "", nil, fmt.Errorf("header: goes on with %.20q", s.rest)
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return "", nil, fmt.Errorf("header: key %s is missing", key)
		}
	}
	return descr, shape, nil
}

// scanner takes tokens off the front of a Python literal.
type scanner struct{ rest string }

// take consumes a token and the spaces behind it.
func (s *scanner) take(token string) bool {
	rest, ok := strings.CutPrefix(s.rest, token)
	if ok {
		s.rest = strings.TrimLeft(rest, " ")
	}
	return ok
}

// text consumes a string literal without escapes.
func (s *scanner) text() (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if rest, ok := strings.CutPrefix(s.rest, quote); ok {
			text, rest, closed := strings.Cut(rest, quote)
			s.rest = strings.TrimLeft(rest, " ")
			return text, closed && !strings.Contains(text, `\`)
		}
	}
	return "", false
}

// tuple consumes a tuple of whole numbers that are not negative.
func (s *scanner) tuple() ([]int, bool) {
	if !s.take("(") {
		return nil, false
	}
	shape := []int{}
	for !s.take(")") {
		end := strings.IndexAny(s.rest, ",) ")
		if end < 0 {
			return nil, false
		}
		n, err := strconv.ParseUint(s.rest[:end], 10, strconv.IntSize-1)
		if err != nil {
			return nil, false
		}
		shape = append(shape, int(n))
		s.take(s.rest[:end])
		if !s.take(",") && !strings.HasPrefix(s.rest, ")") {
			return nil, false
		}
	}
	return shape, true
}
