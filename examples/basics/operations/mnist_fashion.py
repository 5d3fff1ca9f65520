# /// script
# dependencies = ["keras", "jax", "matplotlib"]
# ///
import os
os.environ.setdefault('KERAS_BACKEND', 'jax')  # today's Keras wants to be told its engine

from matplotlib import pyplot
from keras.datasets import fashion_mnist

class MnistFashion():

    def execute(self):

        (trainX, trainy), (testX, testy) = fashion_mnist.load_data()
        # summarize loaded dataset
        print('Train: X=%s, y=%s' % (trainX.shape, trainy.shape))
        print('Test: X=%s, y=%s' % (testX.shape, testy.shape))
        for i in range(9):
            pyplot.subplot(330 + 1 + i) # define subplot
            pyplot.imshow(trainX[i], cmap=pyplot.get_cmap('gray')) # plot raw pixel data
        pyplot.show()
