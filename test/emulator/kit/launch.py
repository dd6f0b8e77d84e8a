"""Starts ministack with what it lacks for this system filled in: one matter a module.

They change private functions, so the version of ministack is pinned (test/emulator/emulator.ts).
"""

import athena.api
import athena.catalog
import patches.cloudformation
import patches.dynamodb
import patches.email
import patches.faults
import patches.resources
import patches.step_functions
import patches.streams


def start():
    for matter in (
        patches.cloudformation,
        patches.resources,
        patches.dynamodb,
        patches.streams,
        patches.step_functions,
        patches.email,
        patches.faults,
        athena.catalog,
        athena.api,
    ):
        matter.install()
    from ministack.app import main  # it takes the functions as it finds them

    main()


start()
