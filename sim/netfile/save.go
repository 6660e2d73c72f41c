package netfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"couplet/sim"
)

// Save writes a network to a file, and its long lists to an archive of the same name beside it:
// net.yaml and net.npz. Earlier files are replaced, each in one step, the archive first. A network
// without long lists leaves an archive that is there alone.
func Save(path string, net *sim.Network) error {
	archive := strings.TrimSuffix(path, filepath.Ext(path)) + ".npz"
	if archive == path {
		return fmt.Errorf("netfile: %s is the name of an archive; valid: the name of a network file, such as net.yaml", path)
	}
	arrays := Arrays{File: filepath.Base(archive)}
	var text bytes.Buffer
	if err := WriteSplit(&text, net, &arrays); err != nil {
		return err
	}
	if !arrays.Empty() {
		if err := replaceFile(archive, arrays.Write); err != nil {
			return err
		}
	}
	return replaceFile(path, func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err })
}

// replaceFile writes a file under a hidden name beside it and gives it its own when it is complete.
func replaceFile(path string, write func(io.Writer) error) error {
	unfinished := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".unfinished")
	f, err := os.Create(unfinished)
	if err != nil {
		return fmt.Errorf("netfile: %w", err)
	}
	err = write(f)
	if kept := errors.Join(f.Sync(), f.Close()); err == nil && kept != nil {
		err = fmt.Errorf("netfile: %w", kept)
	}
	if err == nil {
		if err = os.Rename(unfinished, path); err == nil {
			return nil
		}
		err = fmt.Errorf("netfile: %w", err)
	}
	return errors.Join(err, os.Remove(unfinished))
}
