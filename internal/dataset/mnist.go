package dataset

// FashionMNISTFolder is where the Debian package dataset-fashion-mnist puts the
// four files of Fashion-MNIST.
const FashionMNISTFolder = "/usr/share/datasets/fashion-mnist"

// OpenMNIST reads a part of MNIST, Train (60000 images) or Test (10000), from a
// folder with the idx files under their usual names, plain or gzipped. Shape
// [1][28][28]; the classes are the digits. The files may hold other data of the
// same kind: only layout, agreement and labels are checked, not the content.
func OpenMNIST(folder string, part Part, opt Options) (*Images, error) {
	if len(opt.Classes) == 0 {
		opt.Classes = numbered(10)
	}
	return openMNISTLike("MNIST", folder, part, opt)
}

// OpenFashionMNIST reads a part of Fashion-MNIST (Xiao, Rasul, Vollgraf 2017),
// Train or Test, from a folder with files of the same names as MNIST's. Without
// a folder it is FashionMNISTFolder.
func OpenFashionMNIST(folder string, part Part, opt Options) (*Images, error) {
	if folder == "" {
		folder = FashionMNISTFolder
	}
	if len(opt.Classes) == 0 {
		opt.Classes = []string{"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"}
	}
	return openMNISTLike("Fashion-MNIST", folder, part, opt)
}

func openMNISTLike(name, folder string, part Part, opt Options) (*Images, error) {
	if err := requirePart(name, part, Train, Test); err != nil {
		return nil, err
	}
	prefix := "train"
	if part == Test {
		prefix = "t10k"
	}
	images, err := firstOf(name+" images", folder, idxNames(prefix+"-images", "idx3-ubyte")...)
	if err != nil {
		return nil, err
	}
	labels, err := firstOf(name+" labels", folder, idxNames(prefix+"-labels", "idx1-ubyte")...)
	if err != nil {
		return nil, err
	}
	return OpenIDX(images, labels, opt)
}

// idxNames lists the names under which an idx file of MNIST goes around.
func idxNames(stem, kind string) []string {
	return []string{stem + "-" + kind + ".gz", stem + "-" + kind, stem + "." + kind, stem + "." + kind + ".gz"}
}
