package dataset

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Spec names a data set as a run file does.
type Spec struct {
	// Name is one of Names.
	Name string
	// Path is the folder or file to read. Without it mnist is fetched,
	// fashion-mnist is the Debian package's, and yinyang is generated; the others
	// need it.
	Path string
	// Part is the published part.
	Part Part
	// Framing makes frames of nmnist.
	Framing Framing
	// Samples and Random are for yinyang when it is generated.
	Samples int
	Random  Random
	// MaxBytes bounds memory; 0 means DefaultMaxBytes.
	MaxBytes int64
}

// kind is one way to open a data set.
type kind struct {
	name string
	open func(context.Context, Spec, Options) (Dataset, error)
}

func kinds() []kind {
	return []kind{
		{"cifar10", func(_ context.Context, s Spec, opt Options) (Dataset, error) {
			return made(OpenCIFAR10(s.Path, s.Part, opt))
		}},
		{"digits", wholeTable(OpenDigits)},
		{"fashion-mnist", func(_ context.Context, s Spec, opt Options) (Dataset, error) {
			return made(OpenFashionMNIST(s.Path, s.Part, opt))
		}},
		{"mnist", openMNISTSpec},
		{"nmnist", openNMNISTSpec},
		{"uci", wholeTable(OpenUCI)},
		{"yinyang", openYinYangSpec},
	}
}

// Names lists the data sets that Open knows.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// Opened is a data set with what must be closed when it is no longer used.
type Opened struct {
	Dataset
}

// Close closes the files of a data set that reads them when asked for samples.
func (o Opened) Close() error {
	if c, ok := o.Dataset.(interface{ Close() error }); ok {
		return c.Close()
	}
	return nil
}

// Open finds and reads a data set. The context stops a download.
func Open(ctx context.Context, s Spec) (Opened, error) {
	for _, k := range kinds() {
		if k.name != s.Name {
			continue
		}
		if s.Path == "" && !s.needsNoPath() {
			return Opened{}, fmt.Errorf("dataset: %s needs a path to its files", s.Name)
		}
		d, err := k.open(ctx, s, Options{MaxBytes: s.MaxBytes})
		return Opened{Dataset: d}, err
	}
	return Opened{}, fmt.Errorf("dataset: unknown data set (%q); valid are %s", s.Name, strings.Join(Names(), ", "))
}

func (s Spec) needsNoPath() bool {
	return s.Name == "mnist" || s.Name == "fashion-mnist" || s.Name == "yinyang"
}

// made turns a result into a Dataset without making a nil pointer look like one.
func made[D Dataset](d D, err error) (Dataset, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

// wholeTable opens a table that has no published parts.
func wholeTable(open func(string, Options) (*Table, error)) func(context.Context, Spec, Options) (Dataset, error) {
	return func(_ context.Context, s Spec, opt Options) (Dataset, error) {
		if err := requirePart(s.Name, s.Part, Whole); err != nil {
			return nil, fmt.Errorf("%w; split it by seed", err)
		}
		return made(open(s.Path, opt))
	}
}

func openMNISTSpec(ctx context.Context, s Spec, opt Options) (Dataset, error) {
	if err := requirePart("MNIST", s.Part, Train, Test); err != nil {
		return nil, err
	}
	folder := s.Path
	if folder == "" {
		var err error
		if folder, err = FetchMNIST(ctx); err != nil {
			return nil, err
		}
	}
	return made(OpenMNIST(folder, s.Part, opt))
}

func openNMNISTSpec(_ context.Context, s Spec, _ Options) (Dataset, error) {
	// A wrong framing shows before a long list of files is made.
	if err := s.Framing.check(); err != nil {
		return nil, err
	}
	path, err := nmnistPath(s.Path, s.Part)
	if err != nil {
		return nil, err
	}
	events, err := OpenEvents(path, EventOptions{})
	if err != nil {
		return nil, err
	}
	frames, err := events.Frames(s.Framing)
	if err != nil {
		return nil, errors.Join(err, events.Close())
	}
	return frames, nil
}

func openYinYangSpec(_ context.Context, s Spec, opt Options) (Dataset, error) {
	if s.Path == "" {
		if err := requirePart("yin-yang", s.Part, Whole, Train, Validation, Test); err != nil {
			return nil, err
		}
		return made(s.Random.GenerateYinYang(s.Part, s.Samples))
	}
	if err := requirePart("yin-yang", s.Part, Train, Validation, Test); err != nil {
		return nil, err
	}
	return made(OpenYinYang(filepath.Join(s.Path, s.Part.String()+".csv"), opt))
}
