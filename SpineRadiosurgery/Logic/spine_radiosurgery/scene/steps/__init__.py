"""The workflow's steps in a scene: nodes in, new nodes out; no user's node is changed.

Every function takes the scene, or finds it by its nodes, so that all of it runs with any scene.
"""
