package hwmodel

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"couplet/internal/yamltree"
)

// Profile is what one chip, device or process takes for what happens: prices with their sources, and what is
// known to have none. It is read from YAML ([ReadProfile]); shipped profiles are found by name ([Chip]).
//
// A profile says one of five things of a term: a price; a recipe of other terms with prices; that another
// term's price includes it; that it does not happen on this chip; or that no source gives a price. A
// term of which nothing is said, nor of its parents, has no price either.
type Profile struct {
	Name, Title string
	// Limits names the file of the chip's limits to place networks on it; "" if there is none.
	Limits string
	// EventDriven tells that work follows spikes. Where it is false, every connection costs at every
	// inference, so that counts of events are too low.
	EventDriven bool
	Point       Point
	Sources     []Source // in the order of the file
	Prices      map[Term]UnitPrice
	Recipes     map[Term][]Part
	Included    map[Term]Inclusion
	Absent      map[Term]string // why the term does not happen
	Unpriced    map[Term]string // why there is no price
	Memories    []Memory
	Access      *AccessCurve // nil if memory accesses have no price
	Static      []StaticPower
	Assumptions []string
}

// Point is the operating point of a figure.
type Point struct {
	Node    string `json:"node,omitempty"`    // "28 nm FDSOI"
	Voltage string `json:"voltage,omitempty"` // "0.55 V", or "not stated"
}

// String joins node and voltage.
func (p Point) String() string {
	if p.Node == p.Voltage {
		return p.Node
	}
	return strings.Trim(p.Node+", "+p.Voltage, ", ")
}

// Source is where figures come from. Prices name it by its key.
type Source struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Figure is what every figure of a profile carries.
type Figure struct {
	Grade  Grade
	Source string // key of a source of the profile
	Point  Point
	Note   string
}

// UnitPrice is the energy, and the time if it is known, of one event.
type UnitPrice struct {
	Energy Energy
	// Least and Most are the range that sources give; both are Energy where none does.
	Least, Most Energy
	RangeSource string // key of the source of the range
	Time        Time
	Timed       bool // the source gives a time
	// Activity is the activity at which an [Average] was taken.
	Activity string
	Figure
}

// Part is one line of a recipe: Times times a term for each event.
type Part struct {
	Name   string // what the part is for: "address"
	Term   Term
	Memory string // of memory reads and writes: a memory of the profile
	Times  int64
}

// Inclusion says whose price contains a term.
type Inclusion struct {
	In   Term
	Note string
}

// StaticPower is power that a chip takes whether anything happens or not.
type StaticPower struct {
	Name     string
	Power    Power  // constant part
	PerCycle Energy // part that follows the clock: energy per cycle
	Clocked  bool   // PerCycle is meant
	Per      string // "chip" or "core"
	Figure
}

// Per of [StaticPower].
const (
	perChip = "chip"
	perCore = "core"
)

// memory finds a memory by name.
func (p *Profile) memory(name string) (Memory, bool) {
	i := slices.IndexFunc(p.Memories, func(m Memory) bool { return m.Name == name })
	if i < 0 {
		return Memory{}, false
	}
	return p.Memories[i], true
}

// WithWord is the profile with another word width in one of its memories, for the question what
// narrower weights would save. The size of the memory stays what it is.
func (p *Profile) WithWord(memory string, bits int) (*Profile, error) {
	if _, known := p.memory(memory); !known {
		return nil, fmt.Errorf("hwmodel: profile %s has no memory %q; valid: %s", p.Name, memory, strings.Join(p.memoryNames(), ", "))
	}
	if bits < 1 || bits > MaxMemoryBits {
		return nil, fmt.Errorf("hwmodel: a word must have 1 to %d bits (%d)", MaxMemoryBits, bits)
	}
	q := *p
	q.Memories = slices.Clone(p.Memories)
	for i := range q.Memories {
		if q.Memories[i].Name == memory {
			q.Memories[i].Bits = bits
		}
	}
	return &q, nil
}

func (p *Profile) memoryNames() []string {
	var names []string
	for _, m := range p.Memories {
		names = append(names, m.Name)
	}
	return names
}

//go:embed profiles/*.yaml
var shipped embed.FS

// Chips lists the names of the shipped profiles.
func Chips() []string {
	entries, err := shipped.ReadDir("profiles")
	if err != nil {
		return nil // the folder is part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// Chip is a shipped profile.
func Chip(name string) (*Profile, error) {
	data, err := ChipText(name)
	if err != nil {
		return nil, err
	}
	return ReadProfile(name+".yaml", data)
}

// ChipText is the text of a shipped profile, to be copied and edited.
func ChipText(name string) ([]byte, error) {
	if names := Chips(); !slices.Contains(names, name) {
		return nil, fmt.Errorf("hwmodel: unknown chip %q%s; valid: %s, or the file of a profile", name, yamltree.Suggest(name, names), strings.Join(names, ", "))
	}
	return shipped.ReadFile(path.Join("profiles", name+".yaml"))
}

// maxProfileBytes bounds the file of a profile.
const maxProfileBytes = 1 << 20

// LoadProfile reads a profile from a file.
func LoadProfile(file string) (*Profile, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("hwmodel: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxProfileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("hwmodel: %s: %w", file, err)
	}
	return ReadProfile(file, data)
}

// FindProfile is a shipped profile or, for what looks like a file, the profile in that file.
func FindProfile(nameOrFile string) (*Profile, error) {
	if strings.ContainsAny(nameOrFile, "/\\") || strings.HasSuffix(nameOrFile, ".yaml") || strings.HasSuffix(nameOrFile, ".yml") {
		return LoadProfile(nameOrFile)
	}
	return Chip(nameOrFile)
}
