package dataset

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The published counts, and mean and standard deviation of the training pixels.
func TestRealMNIST(t *testing.T) {
	folder := filepath.Dir(dataFile(t, "mnist/train-images-idx3-ubyte.gz"))
	train, err := OpenMNIST(folder, Train, Options{})
	require.NoError(t, err)
	requireDataset(t, train, 60000, []int{1, 28, 28}, numbered(10))
	require.Equal(t, []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, Histogram(train))
	require.NoError(t, RequireEveryClass(train))

	statistics, err := Statistics(train)
	require.NoError(t, err)
	require.InDelta(t, 0.130660, statistics.Mean[0], 5e-7)
	require.InDelta(t, 0.308108, statistics.Std[0], 5e-7)
	usual := MNISTNormalisation()
	require.InDelta(t, statistics.Mean[0], usual.Mean[0], 5e-5)
	require.InDelta(t, statistics.Std[0], usual.Std[0], 5e-5)

	test, err := OpenMNIST(folder, Test, Options{})
	require.NoError(t, err)
	requireDataset(t, test, 10000, []int{1, 28, 28}, numbered(10))
	require.Equal(t, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, Histogram(test))

	for _, d := range mnistDigests() {
		require.NoError(t, d.verify(folder))
	}
}

func TestMNISTNames(t *testing.T) {
	images, labels := goodIDX()
	for _, c := range []struct {
		x, y string
		part Part
	}{
		{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", Train},
		{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", Test},
		{"t10k-images.idx3-ubyte", "t10k-labels-idx1-ubyte.gz", Test},
	} {
		folder := t.TempDir()
		write(t, folder, c.x, zipped(t, images))
		_, err := OpenMNIST(folder, c.part, Options{})
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorContains(t, err, "MNIST labels: none of ")
		require.ErrorContains(t, err, folder)
		write(t, folder, c.y, labels)
		m, err := OpenMNIST(folder, c.part, Options{})
		require.NoError(t, err)
		requireDataset(t, m, 3, []int{1, 2, 4}, numbered(10))

		_, err = OpenMNIST(folder, Validation, Options{})
		require.EqualError(t, err, "dataset: MNIST has no part validation; valid is train or test")
	}
}

// Labels beyond 9 are refused although the files agree with each other.
func TestMNISTLabelRange(t *testing.T) {
	images, _ := goodIDX()
	folder := t.TempDir()
	write(t, folder, "train-images-idx3-ubyte", images)
	write(t, folder, "train-labels-idx1-ubyte", idxBytes(2049, []uint32{3}, 2, 10, 1))
	_, err := OpenMNIST(folder, Train, Options{})
	requireFault(t, err, ErrLabel, 9, "sample 1 has label 10; valid is 0 to 9")
}

func TestFashionMNIST(t *testing.T) {
	images, labels := goodIDX()
	folder := t.TempDir()
	write(t, folder, "train-images-idx3-ubyte.gz", zipped(t, images))
	write(t, folder, "train-labels-idx1-ubyte.gz", zipped(t, labels))
	m, err := OpenFashionMNIST(folder, Train, Options{})
	require.NoError(t, err)
	require.Equal(t, "ankle boot", m.Classes()[9])
	require.Equal(t, "pullover", m.Classes()[m.Label(0)])
	_, err = OpenFashionMNIST(folder, Test, Options{})
	require.ErrorContains(t, err, "Fashion-MNIST images")
}

func TestParts(t *testing.T) {
	for _, p := range []Part{Whole, Train, Validation, Test} {
		back, err := ParsePart(p.String())
		require.NoError(t, err)
		require.Equal(t, p, back)
	}
	_, err := ParsePart("dev")
	require.EqualError(t, err, `dataset: unknown part ("dev"); valid are whole, train, validation, test`)
	require.Equal(t, "part(9)", Part(9).String())
}
