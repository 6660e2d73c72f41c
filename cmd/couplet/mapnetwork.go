package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"couplet/hwmodel"
	"couplet/hwmodel/manycore"
	"couplet/internal/yamltree"
	"couplet/sim"
)

// mappedNetwork is a network on the cores of a chip.
type mappedNetwork struct {
	net         *sim.Network
	chip        *manycore.Chip
	description *manycore.Description
	placement   *manycore.Placement
}

// mapNetwork puts a network on the cores of a chip: by the mapping in a file, or automatically with "". If a mapping of
// a file exceeds a limit, the network is returned with the error. The seed, 0 for the network's own, decides what
// random rules connect.
func mapNetwork(chip, mapping string, net *sim.Network, networkFile string, seed uint64, o manycore.MapOptions) (*mappedNetwork, error) {
	m := &mappedNetwork{net: net}
	var err error
	if m.chip, err = findChip(chip); err != nil {
		return nil, err
	}
	places, err := networkPositions(networkFile)
	if err != nil {
		return nil, err
	}
	if m.description, err = manycore.Describe(net, seed, places); err != nil {
		return nil, mapFault(err)
	}
	if mapping == "" {
		if m.placement, err = manycore.Map(m.chip, m.description, o); err != nil {
			return nil, mapFault(err)
		}
		return m, nil
	}
	data, err := readSmall(mapping)
	if err != nil {
		return nil, err
	}
	parts, err := manycore.ReadMapping(mapping, data, m.chip, m.description)
	if err != nil {
		return nil, err
	}
	m.placement, err = manycore.Check(m.chip, m.description, parts)
	if err != nil && !errors.As(err, new(*manycore.LimitError)) {
		return nil, mapFault(err)
	}
	return m, mapFault(err)
}

// findChip is a chip of the library or, for what looks like a file, the chip in that file. A profile of prices leads
// to the chip that it prices.
func findChip(nameOrFile string) (*manycore.Chip, error) {
	if strings.ContainsAny(nameOrFile, `/\`) || strings.HasSuffix(nameOrFile, ".yaml") || strings.HasSuffix(nameOrFile, ".yml") {
		data, err := readSmall(nameOrFile)
		if err != nil {
			return nil, err
		}
		return manycore.Read(nameOrFile, data)
	}
	chip, err := manycore.Named(nameOrFile)
	if err == nil {
		return chip, nil
	}
	if profile, profileErr := hwmodel.Chip(nameOrFile); profileErr == nil && profile.Limits != "" {
		return manycore.Named(profile.Limits)
	}
	return nil, err
}

// mostSmallBytes bounds files of chips and mappings.
const mostSmallBytes = 64 << 20

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostSmallBytes+1))
	if err == nil && len(data) > mostSmallBytes {
		err = fmt.Errorf("%s: more than %d MiB", path, mostSmallBytes>>20)
	}
	return data, err
}

// networkPositions finds where a network file describes its parts. Without a file, parts are told by their
// path alone.
func networkPositions(file string) (func(path string) manycore.Place, error) {
	if file == "" {
		return nil, nil
	}
	data, err := readSmall(file)
	if err != nil {
		return nil, err
	}
	tree, err := yamltree.Parse(file, data, yamltree.Limits{Bytes: mostSmallBytes})
	if err != nil {
		return nil, err
	}
	return func(path string) manycore.Place {
		place := manycore.Place{File: file, Path: path}
		if c := tree.Root().Locate(path); c.Path() == path {
			place.Line, place.Column = int(c.At().Line), int(c.At().Column)
		}
		return place
	}, nil
}

// mapFault makes the faults of a mapping lines of their own, as those of network files are.
func mapFault(err error) error {
	var problems manycore.Problems
	var limit *manycore.LimitError
	var lines []error
	switch {
	case errors.As(err, &limit):
		for i := range limit.List {
			lines = append(lines, faultLine(limit.List[i].Place, fmt.Sprintf("does not fit on chip %s: %s", limit.Chip, bare(limit.List[i]))))
		}
		if limit.More > 0 {
			lines = append(lines, fmt.Errorf("couplet: %d more limits of chip %s are exceeded", limit.More, limit.Chip))
		}
	case errors.As(err, &problems):
		for _, p := range problems {
			lines = append(lines, faultLine(p.Place, p.Message))
		}
	default:
		return err
	}
	return invalidFiles{errors.Join(lines...)}
}

// bare is a violation without its place.
func bare(v manycore.Violation) string {
	v.Place = manycore.Place{}
	return v.String()
}

// faultLine is a message behind the place that it speaks of, or behind the name of the program.
func faultLine(at manycore.Place, message string) error {
	if at.File == "" {
		if at.Path != "" {
			message = at.Path + ": " + message
		}
		return errors.New("couplet: " + message)
	}
	return fmt.Errorf("%s: %s", at, message)
}
