package runfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"couplet/internal/yamltree"
	"couplet/learning/train"
)

// Errors is everything that was found wrong in a file, in order of position.
type Errors = yamltree.Errors

// mostBytes bounds the size of a run file.
const mostBytes = 1 << 20

// Load reads a run file, with values overridden as in "optimiser.sgd.lr=0.05".
func Load(path string, set ...string) (train.Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return train.Config{}, fmt.Errorf("runfile: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return train.Config{}, fmt.Errorf("runfile: %s: %w", path, err)
	}
	return Read(path, data, set...)
}

// Read reads a run from the text of a file, whose name stands in messages. The error is of type *[Errors].
func Read(name string, data []byte, set ...string) (train.Config, error) {
	c := train.NewConfig()
	c.Data.Normalise = train.NoNormalisation
	tree, err := yamltree.Parse(name, data, yamltree.Limits{Bytes: mostBytes})
	if err != nil {
		return c, err
	}
	for _, assignment := range set {
		tree.Set(assignment)
	}
	runKeys.read(&c, tree.Root())
	if err := tree.Err(); err != nil {
		return c, err
	}
	if err := c.Validate(); err != nil {
		report(tree.Root(), err)
	}
	return c, tree.Err()
}

// IsRun tells whether a text is that of a run file, with or without faults, by its key train.
func IsRun(data []byte) bool {
	tree, err := yamltree.Parse("", data, yamltree.Limits{Bytes: mostBytes})
	if err != nil {
		return false
	}
	_, ok := tree.Root().Field("train")
	return ok
}

// report tells the faults that package train has found at the places of the file that they are about:
// their texts begin with the path of the field.
func report(root yamltree.Cursor, err error) {
	for _, fault := range flatten(err) {
		text := fault.Error()
		for _, prefix := range []string{"train: ", "spide: ", "ottt: ", "optim: ", "loss: "} {
			text = strings.TrimPrefix(text, prefix)
		}
		path, rest, ok := strings.Cut(text, ": ")
		if !ok || strings.ContainsAny(path, " ()") {
			root.Errorf("%s", text)
			continue
		}
		root.Locate(path).ReportAt(path, rest)
	}
}

// flatten lists the faults of a joined error.
func flatten(err error) []error {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var list []error
	for _, e := range joined.Unwrap() {
		list = append(list, flatten(e)...)
	}
	return list
}

// Write writes a run file with every value in it, from which the same run is read again.
func Write(w io.Writer, c train.Config) error {
	var out writer
	runKeys.write(&c, &out)
	_, err := io.Copy(w, bytes.NewReader([]byte(out.text.String())))
	return err
}
