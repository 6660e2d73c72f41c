package manycore

import (
	"embed"
	"fmt"
	"strings"

	"couplet/internal/yamltree"
)

//go:embed chips/*.yaml
var library embed.FS

// Names lists the chips that come with this package.
func Names() []string {
	entries, err := library.ReadDir("chips")
	if err != nil { // the folder is part of the program
		panic(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// File returns the description of a chip of the library, to be copied and edited.
func File(name string) ([]byte, error) {
	for _, n := range Names() {
		if n == name {
			return library.ReadFile("chips/" + name + ".yaml")
		}
	}
	return nil, fmt.Errorf("manycore: unknown chip %q%s; valid: %s, or a file", name, yamltree.Suggest(name, Names()), strings.Join(Names(), ", "))
}

// Named returns a chip of the library.
func Named(name string) (*Chip, error) {
	data, err := File(name)
	if err != nil {
		return nil, err
	}
	return Read(name+".yaml", data)
}
