@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # Pester's blocks share variables in a way the analyzer doesn't follow.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Doesn't see that functions of a script use the script's parameters.
        'PSReviewUnusedParameter'
        # What ships is binary; the functions of scripts and tests are theirs alone.
        'PSUseShouldProcessForStateChangingFunctions'
        # UTF-8 without a mark, as .editorconfig says.
        'PSUseBOMForUnicodeEncodedFile'
    )
}
