package main

import (
	"path/filepath"
	"strings"

	"couplet/sim"
	"couplet/sim/netfile"
)

// remarkPlayed says which recording is played where the network file prefers another one that is not
// there.
func (s *screen) remarkPlayed(source string, list []netfile.Played) {
	for _, p := range list {
		if len(p.Missing) == 0 {
			continue
		}
		s.remark("%s plays %s, as there is no %s beside %s or in the data directory (--data DIR or $COUPLET_DATA)",
			p.Population, p.File, strings.Join(p.Missing, " or "), source)
		if p.Origin != "" {
			s.remark("%s is from %s", p.Missing[0], p.Origin)
		}
	}
}

// referTo makes a network refer to its recordings by their paths from a directory, so that a network
// file in it finds them again wherever it is read from.
func referTo(net *sim.Network, played []netfile.Played, dir string) {
	paths := map[string]string{}
	for _, p := range played {
		paths[p.Population] = pathFrom(dir, p.Path)
	}
	for _, p := range net.Populations {
		if m, ok := p.Model.(netfile.EventFile); ok {
			m.File = paths[p.Name]
			p.Model = m
		}
	}
}

// pathFrom is the path of a file from a directory, which need not exist yet; the absolute path if there
// is none, as between two drives.
func pathFrom(dir, file string) string {
	from, to := absolute(dir), absolute(file)
	if path, err := filepath.Rel(from, to); err == nil {
		return filepath.ToSlash(path)
	}
	return to
}

// absolute is the absolute path of a file or directory, with the links in the part of it that exists
// resolved: ".." behind a link leads elsewhere.
func absolute(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	parent, name := filepath.Split(path)
	if parent = filepath.Clean(parent); parent == path {
		return path
	}
	return filepath.Join(absolute(parent), name)
}
