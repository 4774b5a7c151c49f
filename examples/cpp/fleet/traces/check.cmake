# Makes the sample trace anew and compares it with the file that stands here.
execute_process(COMMAND "${PROGRAM}" --make-trace sample_again.tsv COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${EXPECTED}" sample_again.tsv COMMAND_ERROR_IS_FATAL ANY)
