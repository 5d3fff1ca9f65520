# /// script
# dependencies = ["keras", "jax"]
# ///
import os
os.environ.setdefault('KERAS_BACKEND', 'jax')  # today's Keras wants to be told its engine

from keras.datasets import cifar10

class GetDataCifar():
    def execute(self):
        ((train_imgs, train_labels),
         (test_imgs, test_labels)) = cifar10.load_data()
        return train_imgs, train_labels, test_imgs, test_labels
