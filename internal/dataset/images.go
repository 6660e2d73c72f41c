package dataset

// Images is a data set of images of 8-bit values, held in memory as bytes.
type Images struct {
	channels, rows, columns int

	pixels  []byte // [sample][channel][row][column]
	labels  []int32
	classes []string
}

// Len implements Dataset.
func (m *Images) Len() int { return len(m.labels) }

// Shape implements Dataset: channels, rows, columns.
func (m *Images) Shape() []int { return []int{m.channels, m.rows, m.columns} }

// Classes implements Dataset.
func (m *Images) Classes() []string { return m.classes }

// Label implements Dataset.
func (m *Images) Label(i int) int { return int(m.labels[i]) }

// Pixels returns the bytes of image i, [channel][row][column]. The caller must
// not change them.
func (m *Images) Pixels(i int) []byte {
	n := m.volume()
	return m.pixels[i*n : (i+1)*n : (i+1)*n]
}

func (m *Images) volume() int { return m.channels * m.rows * m.columns }

// Sample implements Dataset. A byte b becomes the float32 nearest to b/255.
func (m *Images) Sample(i int, dst []float32) (label int, err error) {
	if err := checkSample(m, i, dst, m.volume()); err != nil {
		return 0, err
	}
	for k, b := range m.Pixels(i) {
		dst[k] = float32(b) / 255
	}
	return int(m.labels[i]), nil
}
