class PrintArray():
    def execute(self, array):
        print(array)
