@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # Pester's blocks share variables in a way the analyzer doesn't follow.
        'PSUseDeclaredVarsMoreThanAssignments'
    )
}
