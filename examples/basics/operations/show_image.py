import deepforge

class ShowImage():
    def execute(self, image_tensor, new_tensor):
        image = deepforge.Image('My Example Image', image_tensor)

        image.title('My New Title')  # updating the image title
        image.update(new_tensor)  # updating the displayed image
