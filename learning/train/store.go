package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"couplet/internal/npz"
	"couplet/learning/optim"
)

// Names in an archive: the run file, the place in training, the parameters and what the optimiser
// remembers.
const (
	runEntry     = "run.yaml"
	placeEntry   = "place.json"
	paramPrefix  = "params/"
	memoryPrefix = "optimiser/"
)

// mostStored bounds the memory of an archive that is read.
const mostStored = 8 << 30

// place is where a training run stands.
type place struct {
	Epoch, Step int
	Running     Tally
	Log         []Epoch
}

// SaveModel writes the parameters, with the text of the run file that they belong to, as an archive of NumPy
// arrays. The same training gives the same bytes.
func (s *Session) SaveModel(w io.Writer, runFile []byte) error {
	params, _ := s.learner.state()
	return writeArchive(w, func(z *npz.Writer) error {
		return errors.Join(npz.Put(z, runEntry, runFile), putColumns(z, paramPrefix, params))
	})
}

// SaveCheckpoint writes everything that the rest of the run depends on. A session that is restored from
// it goes on bit for bit like this one.
func (s *Session) SaveCheckpoint(w io.Writer, runFile []byte) error {
	text, err := json.Marshal(place{s.epoch, s.step, s.running, s.log})
	if err != nil {
		return err
	}
	params, memory := s.learner.state()
	return writeArchive(w, func(z *npz.Writer) error {
		return errors.Join(npz.Put(z, runEntry, runFile), npz.Put(z, placeEntry, text),
			putColumns(z, paramPrefix, params), putColumns(z, memoryPrefix, memory))
	})
}

func writeArchive(w io.Writer, body func(*npz.Writer) error) error {
	z := npz.NewWriter(w)
	if err := body(z); err != nil {
		return err
	}
	return z.Close()
}

// putColumns adds arrays under a prefix; a slash in a name becomes another directory.
func putColumns(z *npz.Writer, prefix string, columns []optim.Column) error {
	for _, c := range columns {
		var err error
		switch name := prefix + c.Name; {
		case c.F32 != nil:
			err = npz.Put(z, name, c.F32)
		case c.F64 != nil:
			err = npz.Put(z, name, c.F64)
		default:
			err = npz.Put(z, name, c.I64)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Stored is a model or a checkpoint that has been read.
type Stored struct {
	// RunFile is the text of the run file.
	RunFile []byte

	place  *place // nil for a model
	params []optim.Column
	memory []optim.Column
}

// ReadStored reads what [Session.SaveModel] or [Session.SaveCheckpoint] has written.
func ReadStored(r io.ReaderAt, size int64) (*Stored, error) {
	a, err := npz.Open(r, size, mostStored)
	if err != nil {
		return nil, err
	}
	s := &Stored{}
	if s.RunFile, _, err = npz.Get[uint8](a, runEntry); err != nil {
		return nil, fmt.Errorf("train: not a trained model: %w", err)
	}
	if a.Has(placeEntry) {
		text, _, err := npz.Get[uint8](a, placeEntry)
		if err != nil {
			return nil, err
		}
		s.place = &place{}
		if err := json.Unmarshal(text, s.place); err != nil {
			return nil, fmt.Errorf("train: the place in training cannot be read: %w", err)
		}
	}
	for _, name := range a.Names() {
		var err error
		if rest, ok := strings.CutPrefix(name, paramPrefix); ok {
			s.params, err = appendColumn(s.params, a, name, rest)
		} else if rest, ok := strings.CutPrefix(name, memoryPrefix); ok {
			s.memory, err = appendColumn(s.memory, a, name, rest)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// appendColumn reads an array of one of the types that columns have.
func appendColumn(list []optim.Column, a *npz.Archive, entry, name string) ([]optim.Column, error) {
	if f, _, err := npz.Get[float32](a, entry); err == nil {
		return append(list, optim.Column{Name: name, F32: f}), nil
	}
	if f, _, err := npz.Get[float64](a, entry); err == nil {
		return append(list, optim.Column{Name: name, F64: f}), nil
	}
	i, _, err := npz.Get[int64](a, entry)
	return append(list, optim.Column{Name: name, I64: i}), err
}

// Partial tells whether training can go on from here.
func (s *Stored) Partial() bool { return s.place != nil }

// Resume brings a new session of the same run to where a checkpoint was written.
func (s *Session) Resume(from *Stored) error {
	p := from.place
	if p == nil {
		return errors.New("train: a model has no place to go on from; want a checkpoint")
	}
	if p.Epoch < 0 || p.Epoch > s.config.Epochs || p.Step < 0 || p.Step > s.Steps() {
		return fmt.Errorf("train: the checkpoint stands at epoch %d, step %d, beyond the run of %d epochs of %d steps", p.Epoch, p.Step, s.config.Epochs, s.Steps())
	}
	if err := s.learner.restore(from.params, from.memory); err != nil {
		return err
	}
	s.epoch, s.step, s.running, s.log = p.Epoch, p.Step, p.Running, p.Log
	return nil
}

// Load gives the network the parameters of a model or checkpoint.
func (s *Session) Load(from *Stored) error { return s.learner.restore(from.params, nil) }
