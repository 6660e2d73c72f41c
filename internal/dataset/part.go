package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Part says which of the published parts of a data set is meant. It has nothing
// to do with the parts that a split by seed makes of it.
type Part int

const (
	Whole      Part = iota // a data set without published parts
	Train                  // training samples
	Validation             // samples for choosing settings
	Test                   // samples for the final figure
)

var partNames = [...]string{Whole: "whole", Train: "train", Validation: "validation", Test: "test"}

// String returns "whole", "train", "validation" or "test".
func (p Part) String() string {
	if p < 0 || int(p) >= len(partNames) {
		return fmt.Sprintf("part(%d)", int(p))
	}
	return partNames[p]
}

// ParsePart is the inverse of String.
func ParsePart(name string) (Part, error) {
	for p, known := range partNames {
		if name == known {
			return Part(p), nil
		}
	}
	return 0, fmt.Errorf("dataset: unknown part (%q); valid are %s", name, strings.Join(partNames[:], ", "))
}

// requirePart refuses a part that a data set does not have.
func requirePart(name string, part Part, valid ...Part) error {
	var names []string
	for _, v := range valid {
		if part == v {
			return nil
		}
		names = append(names, v.String())
	}
	return fmt.Errorf("dataset: %s has no part %v; valid is %s", name, part, strings.Join(names, " or "))
}

// firstOf returns the path of the first of some files that is in a folder.
func firstOf(what, folder string, names ...string) (string, error) {
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("dataset: %s: %w", what, err)
		}
	}
	return "", fmt.Errorf("dataset: %s: none of %s in folder %q: %w", what, strings.Join(names, ", "), folder, fs.ErrNotExist)
}
