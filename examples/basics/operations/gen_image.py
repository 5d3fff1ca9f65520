import numpy

class GenImage():
    def __init__(self, height=32, width=32):
        self.height = height
        self.width = width

    def execute(self):
        image = numpy.random.rand(self.height, self.width, 3)
        return image
